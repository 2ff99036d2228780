package io.bulwark.stream.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.document.DecisionDocument;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decisions for whoever takes webhooks, signed as <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a>
 * 1.0 has it.
 */
final class Webhook implements Receiver {

    private final URI url;
    private final List<WebhookSecret> secrets;
    private final DecisionEvents events;
    private final Duration timeout;
    private final ObjectMapper json;

    /**
     * @param secrets each signs, so that a receiver may change from one to another
     * @param json writes instants as ISO 8601
     */
    Webhook(URI url, List<WebhookSecret> secrets, DecisionEvents events, Duration timeout, ObjectMapper json) {
        this.url = url;
        this.secrets = List.copyOf(secrets);
        this.events = events;
        this.timeout = timeout;
        this.json = json;
    }

    @Override
    public Set<Topics> topics() {
        return Set.of(Topics.DECISIONS);
    }

    @Override
    public Optional<Message> message(Event event) {
        DecisionEvents.Said said = events.said(event);
        if (said instanceof DecisionEvents.Said.Decided decided) {
            DecisionDocument document = DecisionDocument.of(decided.decision());
            return Optional.of(message(event, "decision.made", document.since(), document));
        }
        if (said instanceof DecisionEvents.Said.Forgotten forgotten) {
            var image = new ForgottenDocument(
                    forgotten.image().tenant(), forgotten.image().id());
            return Optional.of(message(event, "decision.forgotten", event.at(), image));
        }
        return Optional.empty();
    }

    private Message message(Event event, String type, Instant at, Object data) {
        try {
            return new Message(event.id(), "", json.writeValueAsBytes(new WebhookDocument(event.id(), type, at, data)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A document of plain records has no JSON", impossible);
        }
    }

    @Override
    public HttpRequest request(Message message, Instant now) {
        String signatures = secrets.stream()
                .map(secret -> secret.sign(message.id(), now.getEpochSecond(), message.body()))
                .collect(Collectors.joining(" "));
        return HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("webhook-id", message.id())
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header("webhook-signature", signatures)
                .POST(HttpRequest.BodyPublishers.ofByteArray(message.body()))
                .build();
    }

    @Override
    public void close() {
        events.decoder().close();
    }

    /**
     * The body.
     *
     * @param id the same at every attempt: topic, partition and offset
     * @param type {@code decision.made}, or {@code decision.forgotten}
     * @param timestamp when that happened
     * @param data the decision as the API answers it, or which image was forgotten
     */
    record WebhookDocument(String id, String type, Instant timestamp, Object data) {}

    /** An image of which nothing is known any more. */
    record ForgottenDocument(String tenant, String imageId) {}
}

package io.bulwark.stream.outbound;

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
 * Decisions as webhooks, signed as <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks</a> 1.0 has it.
 */
final class Webhook implements Receiver {

    private final URI url;
    private final List<WebhookSecret> secrets;
    private final DecisionEvents events;
    private final Duration timeout;
    private final ObjectMapper json;

    /**
     * @param secrets each signs, so that a receiver can change its secret
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
        return events.change(event).map(change -> {
            if (change.decision() == null) {
                var image = new ForgottenDocument(
                        change.image().tenant(), change.image().id());
                return message(event, "decision.forgotten", event.at(), image);
            }
            DecisionDocument document = DecisionDocument.of(change.decision());
            return message(event, "decision.made", document.since(), document);
        });
    }

    private Message message(Event event, String type, Instant at, Object data) {
        return Message.of(event, "", new WebhookDocument(event.id(), type, at, data), json);
    }

    @Override
    public HttpRequest request(Message message, Instant now) {
        String signatures = secrets.stream()
                .map(secret -> secret.sign(message.id(), now.getEpochSecond(), message.body()))
                .collect(Collectors.joining(" "));
        return message.post(url, timeout)
                .header("webhook-id", message.id())
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header("webhook-signature", signatures)
                .build();
    }

    @Override
    public void close() {
        events.close();
    }

    /**
     * The body.
     *
     * @param id the same at every attempt: topic, partition and offset
     * @param type {@code decision.made}, or {@code decision.forgotten}
     * @param timestamp when it happened
     * @param data the decision as the API answers it, or the forgotten image
     */
    record WebhookDocument(String id, String type, Instant timestamp, Object data) {}

    /** An image of which everything is forgotten. */
    record ForgottenDocument(String tenant, String imageId) {}
}

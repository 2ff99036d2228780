package io.bulwark.stream.outbound;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.outbound.Receiver.Event;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decisions as webhooks, signed as <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks</a> 1.0 has it.
 */
public final class Webhook implements Receiver {

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

    /**
     * A secret that sender and receiver share, as Standard Webhooks writes it: {@code whsec_} and 24 to 64 bytes in
     * Base64. Its text does not show it.
     */
    public static final class WebhookSecret {

        private static final String PREFIX = "whsec_";
        private static final String HMAC = "HmacSHA256";
        private static final int LEAST_BYTES = 24;
        private static final int MOST_BYTES = 64;

        private final byte[] key;

        private WebhookSecret(byte[] key) {
            this.key = key;
        }

        /**
         * Reads the file of a secret.
         *
         * @throws IllegalArgumentException where it cannot be read, or is no secret; the message holds nothing of the
         *     file
         */
        public static WebhookSecret read(Path file) {
            return StreamSettings.secret(
                    file,
                    WebhookSecret::of,
                    "secret of webhooks: " + PREFIX + " and " + LEAST_BYTES + " to " + MOST_BYTES + " bytes in Base64");
        }

        static WebhookSecret of(String text) {
            byte[] key =
                    text.startsWith(PREFIX) ? Base64.getDecoder().decode(text.substring(PREFIX.length())) : new byte[0];
            if (key.length < LEAST_BYTES || key.length > MOST_BYTES) {
                throw new IllegalArgumentException("no secret");
            }
            return new WebhookSecret(key);
        }

        /**
         * Signs one attempt.
         *
         * @param timestamp of the attempt, in seconds since the epoch
         * @return {@code v1,} and the HMAC-SHA256 of {@code id.timestamp.body} in Base64
         */
        String sign(String id, long timestamp, byte[] body) {
            try {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(new SecretKeySpec(key, HMAC));
                mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
                return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("Every JDK has " + HMAC, impossible);
            }
        }

        @Override
        public String toString() {
            return "WebhookSecret";
        }
    }
}

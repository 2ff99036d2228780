package io.bulwark.stream.outbound;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.document.DecisionDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

/**
 * Decisions as actions of <a href="https://github.com/roostorg/osprey">Osprey</a>, in the JSON that its Kafka input reads.
 * One thread.
 */
final class Osprey implements AutoCloseable {

    private final DecisionEvents events;
    private final ObjectMapper json;

    /** @param json writes instants as ISO 8601 */
    Osprey(DecisionEvents events, ObjectMapper json) {
        this.events = events;
        this.json = json;
    }

    /**
     * The action of an event; empty where it is not Osprey's concern.
     *
     * @throws UnreadableEventException where the record will never be readable
     */
    Optional<byte[]> action(Event event) {
        DecisionEvents.Said said = events.said(event);
        if (said instanceof DecisionEvents.Said.Decided decided) {
            DecisionDocument document = DecisionDocument.of(decided.decision());
            return Optional.of(action(event, document.since(), "image_verdict", new DecidedData(event.id(), document)));
        }
        if (said instanceof DecisionEvents.Said.Forgotten forgotten) {
            var data = new ForgottenData(
                    event.id(), forgotten.image().tenant(), forgotten.image().id());
            return Optional.of(action(event, event.at(), "image_forgotten", data));
        }
        return Optional.empty();
    }

    private byte[] action(Event event, Instant at, String name, Object data) {
        try {
            return json.writeValueAsBytes(new Sent(at, new Action(actionId(event.key()), name, data)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A document of plain records has no JSON", impossible);
        }
    }

    /** The first 63 bits of the key's SHA-256: Osprey wants a number, and the same for the same image. */
    static long actionId(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    @Override
    public void close() {
        events.decoder().close();
    }

    private record Sent(@JsonProperty("send_time") Instant sendTime, Action data) {}

    private record Action(
            @JsonProperty("action_id") long actionId,
            @JsonProperty("action_name") String actionName,
            Object data) {}

    private record DecidedData(
            String eventId, @JsonUnwrapped DecisionDocument decision) {}

    private record ForgottenData(String eventId, String tenant, String imageId) {}
}

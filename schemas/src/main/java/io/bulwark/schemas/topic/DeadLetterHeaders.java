package io.bulwark.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The story of a dead letter: why it could not be read, and where it stood. It travels in headers of the record on
 * {@link Topics#DEAD_LETTERS}, next to the original's own headers, as UTF-8 text (numbers in decimal). Of those the
 * headers of a trace are as the package says.
 *
 * @param reason one word of a closed set, for counting and filtering
 * @param detail one sentence for people, at most {@value #MAX_DETAIL_CHARS} characters; holds nothing of the content
 * @param exceptionClass the class of what was thrown, where something was
 * @param topic the topic of the original
 * @param partition its partition
 * @param offset its offset
 * @param timestamp its timestamp, in milliseconds since the epoch
 * @param schemaFingerprint the fingerprint of the schema that it claims, as 16 hexadecimal digits, where it claims one
 */
public record DeadLetterHeaders(
        String reason,
        String detail,
        Optional<String> exceptionClass,
        String topic,
        int partition,
        long offset,
        long timestamp,
        Optional<String> schemaFingerprint) {

    public static final String REASON = "bulwark.dead-letter.reason";
    public static final String DETAIL = "bulwark.dead-letter.detail";
    public static final String EXCEPTION_CLASS = "bulwark.dead-letter.exception-class";
    public static final String TOPIC = "bulwark.dead-letter.topic";
    public static final String PARTITION = "bulwark.dead-letter.partition";
    public static final String OFFSET = "bulwark.dead-letter.offset";
    public static final String TIMESTAMP = "bulwark.dead-letter.timestamp";
    public static final String SCHEMA_FINGERPRINT = "bulwark.dead-letter.schema-fingerprint";

    /** Longer details are cut, so that foreign text cannot blow up a header. */
    public static final int MAX_DETAIL_CHARS = 1000;

    private static final List<String> ALL =
            List.of(REASON, DETAIL, EXCEPTION_CLASS, TOPIC, PARTITION, OFFSET, TIMESTAMP, SCHEMA_FINGERPRINT);

    public DeadLetterHeaders {
        if (detail.length() > MAX_DETAIL_CHARS) {
            detail = detail.substring(0, MAX_DETAIL_CHARS - 1) + "…";
        }
    }

    /** The story of a record that was read from a topic; of a deferred upload that of where it was first. */
    public static DeadLetterHeaders of(ConsumerRecord<?, ?> original, String reason, String detail) {
        UploadOrigin origin = UploadOrigin.of(original);
        return new DeadLetterHeaders(
                reason,
                detail,
                Optional.empty(),
                origin.topic(),
                origin.partition(),
                origin.offset(),
                origin.timestamp(),
                Optional.empty());
    }

    /** The same, with what was thrown. */
    public DeadLetterHeaders withException(Throwable thrown) {
        return new DeadLetterHeaders(
                reason,
                detail,
                Optional.of(thrown.getClass().getName()),
                topic,
                partition,
                offset,
                timestamp,
                schemaFingerprint);
    }

    /** The same, with the fingerprint of the schema that the original claims. */
    public DeadLetterHeaders withSchemaFingerprint(Optional<String> fingerprint) {
        return new DeadLetterHeaders(reason, detail, exceptionClass, topic, partition, offset, timestamp, fingerprint);
    }

    /**
     * Writes the story into the headers of the dead letter. What they held of an earlier story goes: a dead letter that
     * was sent again and failed again names its last failure. That it was deferred is dropped.
     *
     * @param headers modified
     * @return the same headers
     */
    public Headers addTo(Headers headers) {
        ALL.forEach(headers::remove);
        UploadOrigin.removeFrom(headers);
        put(headers, REASON, reason);
        put(headers, DETAIL, detail);
        exceptionClass.ifPresent(name -> put(headers, EXCEPTION_CLASS, name));
        put(headers, TOPIC, topic);
        put(headers, PARTITION, Integer.toString(partition));
        put(headers, OFFSET, Long.toString(offset));
        put(headers, TIMESTAMP, Long.toString(timestamp));
        schemaFingerprint.ifPresent(fingerprint -> put(headers, SCHEMA_FINGERPRINT, fingerprint));
        return headers;
    }

    /** Reads the story back; empty where the headers hold none, or a broken one. */
    public static Optional<DeadLetterHeaders> readFrom(Headers headers) {
        try {
            return Optional.of(new DeadLetterHeaders(
                    required(headers, REASON),
                    required(headers, DETAIL),
                    text(headers, EXCEPTION_CLASS),
                    required(headers, TOPIC),
                    Integer.parseInt(required(headers, PARTITION)),
                    Long.parseLong(required(headers, OFFSET)),
                    Long.parseLong(required(headers, TIMESTAMP)),
                    text(headers, SCHEMA_FINGERPRINT)));
        } catch (IllegalArgumentException notADeadLetter) {
            return Optional.empty();
        }
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> text(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static String required(Headers headers, String name) {
        return text(headers, name).orElseThrow(() -> new IllegalArgumentException("no header " + name));
    }

    /**
     * Whom a record on {@link Topics#UNDELIVERED} is about. It travels in headers, as UTF-8 text, beside {@link
     * DeadLetterHeaders}, which say where the original stood and why it was refused.
     *
     * @param neighbour the name in the settings of moderation-stream, such as {@code webhooks.shop} or {@code coop}
     * @param again whether this is an order to send it again; otherwise it says that it was set aside
     */
    public record Undelivered(String neighbour, boolean again) {

        public static final String NEIGHBOUR = "bulwark.undelivered.neighbour";
        public static final String AGAIN = "bulwark.undelivered.again";

        /** Reads the headers back; empty where they name no receiver. */
        public static Optional<Undelivered> readFrom(Headers headers) {
            return text(headers, NEIGHBOUR)
                    .map(neighbour -> new Undelivered(
                            neighbour,
                            text(headers, AGAIN).filter("true"::equals).isPresent()));
        }

        /**
         * Writes itself, in place of what was there.
         *
         * @param headers modified
         */
        public void addTo(Headers headers) {
            put(headers, NEIGHBOUR, neighbour);
            put(headers, AGAIN, Boolean.toString(again));
        }

        private static void put(Headers headers, String name, String value) {
            headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
        }

        private static Optional<String> text(Headers headers, String name) {
            return Optional.ofNullable(headers.lastHeader(name))
                    .map(Header::value)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }
    }
}

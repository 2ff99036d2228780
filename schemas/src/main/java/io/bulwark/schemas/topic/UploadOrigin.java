package io.bulwark.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Where an upload was first, and when. Of a record of {@link Topics#IMAGES_DEFERRED} its headers tell, as UTF-8 text
 * (numbers in decimal); any other record is where it was from the beginning, whatever its headers say. A verdict, an
 * audit and a dead letter name the origin.
 *
 * @param topic the topic that the producer wrote to
 * @param partition the partition there
 * @param offset the offset there
 * @param timestamp the timestamp there, in milliseconds since the epoch
 */
public record UploadOrigin(String topic, int partition, long offset, long timestamp) {

    public static final String TOPIC = "bulwark.deferred.topic";
    public static final String PARTITION = "bulwark.deferred.partition";
    public static final String OFFSET = "bulwark.deferred.offset";
    public static final String TIMESTAMP = "bulwark.deferred.timestamp";

    private static final List<String> ALL = List.of(TOPIC, PARTITION, OFFSET, TIMESTAMP);

    /**
     * The origin of an upload that was read from a topic. Headers that are missing or broken leave it where it was
     * read.
     */
    public static UploadOrigin of(ConsumerRecord<?, ?> upload) {
        UploadOrigin here = new UploadOrigin(upload.topic(), upload.partition(), upload.offset(), upload.timestamp());
        return Topics.IMAGES_DEFERRED.isNamed(upload.topic())
                ? readFrom(upload.headers()).orElse(here)
                : here;
    }

    private static Optional<UploadOrigin> readFrom(Headers headers) {
        try {
            return Optional.of(new UploadOrigin(
                    required(headers, TOPIC),
                    Integer.parseInt(required(headers, PARTITION)),
                    Long.parseLong(required(headers, OFFSET)),
                    Long.parseLong(required(headers, TIMESTAMP))));
        } catch (IllegalArgumentException noOrigin) {
            return Optional.empty();
        }
    }

    /**
     * Writes the origin into the headers of a deferred upload, in place of what was there.
     *
     * @param headers modified
     */
    public void addTo(Headers headers) {
        removeFrom(headers);
        put(headers, TOPIC, topic);
        put(headers, PARTITION, Integer.toString(partition));
        put(headers, OFFSET, Long.toString(offset));
        put(headers, TIMESTAMP, Long.toString(timestamp));
    }

    /**
     * Takes an origin out, so that the headers are those of the producer again.
     *
     * @param headers modified
     */
    public static void removeFrom(Headers headers) {
        ALL.forEach(headers::remove);
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String required(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new IllegalArgumentException("no header " + name));
    }
}

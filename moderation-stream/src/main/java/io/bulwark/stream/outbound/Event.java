package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that a neighbour may be told of, with the place where it stood first: what is sent again keeps its id.
 *
 * @param key as text; empty where the record has none
 * @param value null for a tombstone
 * @param at when the broker took it in
 */
record Event(String topic, int partition, long offset, Instant at, String key, byte[] value) {

    /** The event of a record of a topic that neighbours are told of. */
    static Event of(ConsumerRecord<byte[], byte[]> record) {
        return new Event(
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                key(record),
                record.value());
    }

    /** The event of a record that was set aside; empty where it does not say what it was. */
    static Optional<Event> setAside(ConsumerRecord<byte[], byte[]> record) {
        return DeadLetterHeaders.readFrom(record.headers())
                .map(story -> new Event(
                        story.topic(),
                        story.partition(),
                        story.offset(),
                        Instant.ofEpochMilli(story.timestamp()),
                        key(record),
                        record.value()));
    }

    /** The same for every attempt: topic, partition and offset. */
    String id() {
        return topic + "-" + partition + "-" + offset;
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }
}

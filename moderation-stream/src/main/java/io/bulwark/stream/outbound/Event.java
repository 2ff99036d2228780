package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that receivers may get, with its first place: an event that is sent again keeps its id.
 *
 * @param key as text; empty where the record has none
 * @param value null for a tombstone
 * @param at when the broker took it in
 */
record Event(String topic, int partition, long offset, Instant at, String key, byte[] value) {

    /** The event of a record that was not delivered before. */
    static Event of(ConsumerRecord<byte[], byte[]> record) {
        return of(record, record.topic(), record.partition(), record.offset(), record.timestamp());
    }

    /** The event of a record that was set aside; empty where its headers do not name the original. */
    static Optional<Event> setAside(ConsumerRecord<byte[], byte[]> record) {
        return DeadLetterHeaders.readFrom(record.headers())
                .map(first -> of(record, first.topic(), first.partition(), first.offset(), first.timestamp()));
    }

    /** The same for every attempt: topic, partition and offset. */
    String id() {
        return topic + "-" + partition + "-" + offset;
    }

    private static Event of(
            ConsumerRecord<byte[], byte[]> record, String topic, int partition, long offset, long timestamp) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        return new Event(topic, partition, offset, Instant.ofEpochMilli(timestamp), key, record.value());
    }
}

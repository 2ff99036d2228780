package io.bulwark.service.follow;

import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** What a compacted topic says, and the place where it is put. Called by the follower's thread alone. */
public interface Followed extends AutoCloseable {

    /** Name of the topic. */
    String topic();

    /**
     * The topic is read from its beginning: the first time, or again after a failure. Earlier records no longer count.
     */
    void begin();

    /**
     * Takes one record, or leaves it out if it is bad. May block while the record's schema is awaited.
     *
     * @throws org.apache.kafka.common.KafkaException if it cannot be read now but may be later: it comes again
     */
    void apply(ConsumerRecord<byte[], byte[]> record);

    /** Whether a snapshot published now may differ from the last one. */
    boolean isStale();

    /** Replaces the snapshot in use by what was read. */
    void publish();

    /** The broker has no such topic; called after each failed look. */
    void missing();

    /** The topic cannot be read, and why, for operators; the snapshot in use stays. */
    void unreadable(String why);

    /** The follower has ended: what was read is freed, the snapshot in use stays. */
    @Override
    default void close() {}

    /**
     * The value of a record; empty if it can never be read.
     *
     * @param name of what it holds, for people
     * @param onUndecodable takes the reason
     * @throws SerializationException if it may be readable later: its record does not come again by itself
     */
    static <T extends SpecificRecord> Optional<T> decode(
            EventDecoder<T> decoder,
            ConsumerRecord<byte[], byte[]> record,
            String name,
            Consumer<String> onUndecodable) {
        DecodedEvent<T> decoded = decoder.decodeWaiting(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Undecodable<T> undecodable) {
            if (undecodable.reason().retriable()) {
                throw new SerializationException(name + " cannot be read yet: " + undecodable.detail());
            }
            onUndecodable.accept(undecodable.detail());
            return Optional.empty();
        }
        return Optional.of(((DecodedEvent.Event<T>) decoded).value());
    }

    static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }
}

package io.bulwark.service.follow;

import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.telemetry.WorkerMetrics;
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

    static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /**
     * A topic of one kind of records, of which a snapshot is kept.
     *
     * @param <E> of its records
     * @param <S> of the snapshot
     */
    abstract class Topic<E extends SpecificRecord, S> implements Followed {

        final EventDecoder<E> decoder;
        final SnapshotHolder<S> holder;
        final WorkerMetrics metrics;
        final String topic;

        /** @param topic as the broker calls it */
        Topic(String topic, EventDecoder<E> decoder, SnapshotHolder<S> holder, WorkerMetrics metrics) {
            this.topic = topic;
            this.decoder = decoder;
            this.holder = holder;
            this.metrics = metrics;
        }

        @Override
        public final String topic() {
            return topic;
        }

        /**
         * The value of a record; empty if it can never be read.
         *
         * @param name of what it holds, for people
         * @param onUndecodable takes the reason
         * @throws SerializationException if it may be readable later: its record does not come again by itself
         */
        final Optional<E> decode(ConsumerRecord<byte[], byte[]> record, String name, Consumer<String> onUndecodable) {
            DecodedEvent<E> decoded = decoder.decodeWaiting(record.topic(), record.value());
            if (decoded instanceof DecodedEvent.Undecodable<E> undecodable) {
                if (undecodable.reason().retriable()) {
                    throw new SerializationException(name + " cannot be read yet: " + undecodable.detail());
                }
                onUndecodable.accept(undecodable.detail());
                return Optional.empty();
            }
            return Optional.of(((DecodedEvent.Event<E>) decoded).value());
        }
    }
}

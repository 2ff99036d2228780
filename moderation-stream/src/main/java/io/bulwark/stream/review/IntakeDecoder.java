package io.bulwark.stream.review;

import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.EventDecoder;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Decodes a batch before its transaction begins, because the transaction holds locks of images and must not wait for a
 * schema or a registry. It waits for a schema as long as schemas are awaited, and for each answer of a registry for
 * five seconds.
 *
 * <p>One thread prepares batches and takes them.
 *
 * @param <T> the record
 */
final class IntakeDecoder<T extends SpecificRecord> implements AutoCloseable {

    private static final long REGISTRY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final EventDecoder<T> decoder;
    private Map<ConsumerRecord<byte[], byte[]>, DecodedEvent<T>> prepared = Map.of();

    /** @param decoder closed with this */
    IntakeDecoder(EventDecoder<T> decoder) {
        this.decoder = decoder;
    }

    /**
     * Decodes the next batch and forgets the one before. Tombstones are left out.
     *
     * @throws SerializationException where a record cannot be read yet: left out, it would be lost
     */
    void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<ConsumerRecord<byte[], byte[]>, DecodedEvent<T>> decoded = new IdentityHashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.value() != null) {
                decoded.put(record, await(record));
            }
        }
        prepared = decoded;
    }

    /**
     * What a record is; waits only where it is of no prepared batch.
     *
     * @throws SerializationException where it cannot be read yet
     */
    DecodedEvent<T> decode(ConsumerRecord<byte[], byte[]> record) {
        DecodedEvent<T> known = prepared.get(record);
        return known == null ? await(record) : known;
    }

    /** The event of a record as {@link #decode} has it; empty where it can never be read. */
    Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
        return decode(record) instanceof DecodedEvent.Event<T> event ? Optional.of(event.value()) : Optional.empty();
    }

    private DecodedEvent<T> await(ConsumerRecord<byte[], byte[]> record) {
        long begun = System.nanoTime();
        DecodedEvent<T> decoded = decoder.decodeAtOnce(record.topic(), record.value());
        while (isFor(Reason.REGISTRY_UNAVAILABLE, decoded) && System.nanoTime() - begun < REGISTRY_NANOS) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            decoded = decoder.decodeAtOnce(record.topic(), record.value());
        }
        if (isFor(Reason.SCHEMA_AWAITED, decoded)) { // of the framing that asks no registry
            decoded = decoder.decodeWaiting(record.topic(), record.value());
        }
        if (decoded instanceof Undecodable<T> undecodable
                && undecodable.reason().retriable()) {
            throw new SerializationException(
                    "A record of " + record.topic() + " cannot be read yet: " + undecodable.detail());
        }
        return decoded;
    }

    private static boolean isFor(Reason reason, DecodedEvent<?> decoded) {
        return decoded instanceof Undecodable<?> undecodable && undecodable.reason() == reason;
    }

    @Override
    public void close() {
        decoder.close();
    }
}

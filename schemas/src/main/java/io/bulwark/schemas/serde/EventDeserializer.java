package io.bulwark.schemas.serde;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Kafka's deserializer of one kind of event, in both framings. A tombstone is null. Where schemas are followed ({@value
 * SerdeSettings#FOLLOWED}), it blocks while the schema of a value is awaited, for Kafka's interface knows no later.
 * Where one bad record must not stop the consumer, read bytes and use {@link EventDecoder} instead.
 *
 * @param <T> the record
 */
public final class EventDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    private final Class<T> recordClass;
    private EventDecoder<T> decoder;

    public EventDeserializer(Class<T> recordClass) {
        this.recordClass = recordClass;
        this.decoder = new EventDecoder<>(recordClass);
    }

    /**
     * @param settings read are {@value SerdeSettings#REGISTRY_URL} and {@value SerdeSettings#FOLLOWED}
     * @throws IllegalArgumentException for keys: they are strings
     */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        EventSerializer.refuseKeys(isKey);
        decoder.close();
        decoder = new EventDecoder<>(recordClass, settings);
    }

    /**
     * @return the event, or null for a null value
     * @throws UndecodableEventException where the bytes are no such event
     * @throws org.apache.kafka.common.KafkaException where the wait for a schema is broken off
     */
    @Override
    public T deserialize(String topic, byte[] value) {
        if (value == null) {
            return null;
        }
        DecodedEvent<T> decoded = decoder.decodeWaiting(topic, value);
        if (decoded instanceof DecodedEvent.Event<T> event) {
            return event.value();
        }
        throw new UndecodableEventException(topic, (DecodedEvent.Undecodable<T>) decoded);
    }

    @Override
    public void close() {
        decoder.close();
    }

    /** Thrown by {@link EventDeserializer}, whose interface knows no other way to say that bytes could not be read. */
    public static final class UndecodableEventException extends SerializationException {
        private static final long serialVersionUID = 1L;

        private final transient DecodedEvent.Undecodable<?> undecodable;

        UndecodableEventException(String topic, DecodedEvent.Undecodable<?> undecodable) {
            super("Cannot read a value of topic " + topic + ": " + undecodable.reason() + ": " + undecodable.detail());
            this.undecodable = undecodable;
        }

        /** The reason, as {@link EventDecoder} gives it. */
        public DecodedEvent.Undecodable<?> undecodable() {
            return undecodable;
        }
    }
}

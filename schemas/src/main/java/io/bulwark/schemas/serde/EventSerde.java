package io.bulwark.schemas.serde;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Serializer and deserializer of one kind of event together, as Kafka Streams wants them.
 *
 * @param <T> the record
 */
public final class EventSerde<T extends SpecificRecord> extends Serdes.WrapperSerde<T> {
    public EventSerde(Class<T> recordClass) {
        super(new EventSerializer<>(recordClass), new EventDeserializer<>(recordClass));
    }
}

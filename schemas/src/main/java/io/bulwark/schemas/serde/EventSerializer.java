package io.bulwark.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Kafka's serializer of one kind of event: Avro single-object encoding, or the registry's framing where {@value
 * SerdeSettings#REGISTRY_URL} is set. Null is written as a tombstone.
 *
 * @param <T> the record
 */
public final class EventSerializer<T extends SpecificRecord> implements Serializer<T> {
    private final Class<T> recordClass;
    private final BinaryMessageEncoder<T> singleObject;

    public EventSerializer(Class<T> recordClass) {
        this.recordClass = recordClass;
        var data = SpecificData.getForClass(recordClass);
        this.singleObject = new BinaryMessageEncoder<>(data, data.getSchema(recordClass));
    }

    /**
     * @param settings read is {@value SerdeSettings#REGISTRY_URL}
     * @throws IllegalArgumentException for keys: they are strings
     */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        refuseKeys(isKey);
    }

    /**
     * @return the framed bytes, or null for null
     * @throws SerializationException where the event cannot be written, for example because a required field is null
     */
    @Override
    public byte[] serialize(String topic, T event) {
        if (event == null) {
            return null;
        }
        try {
            return bytes(singleObject.encode(event));
        } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException broken) {
            throw new SerializationException(
                    "Cannot write a " + recordClass.getSimpleName() + " to topic " + topic + ": " + broken.getMessage(),
                    broken);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static void refuseKeys(boolean isKey) {
        if (isKey) {
            throw new IllegalArgumentException(
                    "The keys of Bulwark's topics are strings: use Kafka's StringSerializer and StringDeserializer.");
        }
    }
}

package io.bulwark.schemas.serde;

import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
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
    private Optional<AvroKafkaSerializer<T>> registry = Optional.empty();

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
        close();
        registry = SerdeSettings.registryUrl(settings).map(url -> {
            var serializer = new AvroKafkaSerializer<T>();
            serializer.configure(SerdeSettings.apicurio(url, settings), false);
            return serializer;
        });
    }

    /**
     * @return the framed bytes, or null for null
     * @throws SerializationException where the event cannot be written: a required field is null, or the registry neither has
     *     the schema nor takes it
     */
    @Override
    public byte[] serialize(String topic, T event) {
        if (event == null) {
            return null;
        }
        try {
            return registry.isPresent() ? registry.get().serialize(topic, event) : bytes(singleObject.encode(event));
        } catch (IOException | RuntimeException broken) {
            throw new SerializationException(
                    "Cannot write a " + recordClass.getSimpleName() + " to topic " + topic + ": " + broken.getMessage(),
                    broken);
        }
    }

    @Override
    public void close() {
        registry.ifPresent(AvroKafkaSerializer::close);
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

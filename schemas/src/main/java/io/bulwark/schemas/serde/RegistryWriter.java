package io.bulwark.schemas.serde;

import io.apicurio.registry.resolver.config.SchemaResolverConfig;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.apicurio.registry.serde.avro.AvroSerdeConfig;
import io.apicurio.registry.serde.config.IdOption;
import io.apicurio.registry.serde.config.SerdeConfig;
import io.apicurio.registry.serde.data.SerdeRecord;
import io.apicurio.registry.serde.kafka.config.KafkaSerdeConfig;
import io.apicurio.registry.serde.kafka.data.KafkaSerdeMetadata;
import io.apicurio.registry.serde.strategy.TopicIdStrategy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Writes records with a schema registry's framing, and registers their schemas. */
final class RegistryWriter implements AutoCloseable {
    /** For how long a schema that the registry gave is not asked for again: an id's schema never changes. */
    private static final Duration KNOWN = Duration.ofDays(3650);

    private final AvroKafkaSerializer<IndexedRecord> serializer = new AvroKafkaSerializer<>();

    RegistryWriter(String url, Map<String, ?> settings) {
        serializer.configure(apicurio(url, settings), false);
    }

    byte[] write(String topic, IndexedRecord event) {
        return serializer.serialize(topic, event);
    }

    /** Asks for the id of a schema, and registers it where it has none: {@link #write} then never waits for it. */
    void prepare(String topic, Schema schema) {
        var metadata = new KafkaSerdeMetadata(topic, false, new RecordHeaders());
        serializer.getSchemaResolver().resolveSchema(new SerdeRecord<>(metadata, new GenericData.Record(schema)));
    }

    @Override
    public void close() {
        serializer.close();
    }

    /**
     * What Apicurio's serdes are configured with. Its id is the content's, in four bytes of the value and in no header,
     * the subject is {@code <topic>-value} and the schema is registered in one piece: that is what clients of
     * Confluent's registry expect.
     */
    static Map<String, Object> apicurio(String registryUrl, Map<String, ?> settings) {
        var apicurio = new HashMap<String, Object>();
        apicurio.put(SchemaResolverConfig.AUTO_REGISTER_ARTIFACT, true);
        apicurio.put(SchemaResolverConfig.FAULT_TOLERANT_REFRESH, true);
        apicurio.put(SchemaResolverConfig.CHECK_PERIOD_MS, KNOWN.toMillis());
        apicurio.put(SchemaResolverConfig.ARTIFACT_RESOLVER_STRATEGY, TopicIdStrategy.class.getName());
        settings.forEach((name, value) -> {
            if (name.startsWith(SerdeSettings.APICURIO)) {
                apicurio.put(name, value);
            }
        });
        apicurio.put(SchemaResolverConfig.REGISTRY_URL, registryUrl);
        apicurio.put(SchemaResolverConfig.DEREFERENCE_SCHEMA, true);
        apicurio.put(SerdeConfig.USE_ID, IdOption.contentId.name());
        apicurio.put(KafkaSerdeConfig.ENABLE_HEADERS, false);
        apicurio.put(AvroSerdeConfig.AVRO_ENCODING, AvroSerdeConfig.AVRO_ENCODING_BINARY);
        return apicurio;
    }
}

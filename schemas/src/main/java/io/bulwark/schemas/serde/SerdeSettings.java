package io.bulwark.schemas.serde;

import io.apicurio.registry.resolver.config.SchemaResolverConfig;
import io.apicurio.registry.serde.avro.AvroSerdeConfig;
import io.apicurio.registry.serde.config.IdOption;
import io.apicurio.registry.serde.config.SerdeConfig;
import io.apicurio.registry.serde.kafka.config.KafkaSerdeConfig;
import io.apicurio.registry.serde.strategy.TopicIdStrategy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The settings that serializers and deserializers take from the properties of their Kafka client. */
public final class SerdeSettings {

    /**
     * Where a schema registry (Apicurio Registry 3) answers, for example {@code http://localhost:8080/apis/registry/v3}.
     * Set: events are written with the registry's framing. Not set or blank: with single-object encoding.
     *
     * <p>With it, every setting whose name begins with {@value #APICURIO} goes to Apicurio's serdes as it is
     * (authentication, TLS, {@code apicurio.registry.auto-register}, ...), but for those that decide the framing.
     */
    public static final String REGISTRY_URL = "bulwark.schema-registry.url";

    static final String APICURIO = "apicurio.registry.";

    private SerdeSettings() {}

    static Optional<String> registryUrl(Map<String, ?> settings) {
        return Optional.ofNullable(settings.get(REGISTRY_URL))
                .map(Object::toString)
                .map(String::strip)
                .filter(url -> !url.isEmpty());
    }

    /**
     * What Apicurio's serdes are configured with. Its id is the content's, in four bytes of the value and in no header,
     * the subject is {@code <topic>-value} and the schema is registered in one piece: that is what clients of Confluent's
     * registry expect.
     */
    static Map<String, Object> apicurio(String registryUrl, Map<String, ?> settings) {
        var apicurio = new HashMap<String, Object>();
        apicurio.put(SchemaResolverConfig.AUTO_REGISTER_ARTIFACT, true);
        apicurio.put(SchemaResolverConfig.FAULT_TOLERANT_REFRESH, true);
        apicurio.put(SchemaResolverConfig.ARTIFACT_RESOLVER_STRATEGY, TopicIdStrategy.class.getName());
        settings.forEach((name, value) -> {
            if (name.startsWith(APICURIO)) {
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

package io.bulwark.schemas.serde;

import java.util.Map;
import java.util.Optional;

/** The settings that serializers and deserializers take from the properties of their Kafka client. */
public final class SerdeSettings {

    /**
     * Where a schema registry (Apicurio Registry 3) answers, for example {@code http://localhost:8080/apis/registry/v3}.
     * Set: events are written with the registry's framing. Not set or blank: with single-object encoding.
     */
    public static final String REGISTRY_URL = "bulwark.schema-registry.url";

    private SerdeSettings() {}

    static Optional<String> registryUrl(Map<String, ?> settings) {
        return Optional.ofNullable(settings.get(REGISTRY_URL))
                .map(Object::toString)
                .map(String::strip)
                .filter(url -> !url.isEmpty());
    }
}

package io.bulwark.lab.traffic;

import io.bulwark.schemas.serde.SerdeSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where Kafka and, if any, the schema registry are.
 *
 * @param bootstrapServers {@code host:port} of one or more brokers, separated by commas
 * @param registryUrl of the schema registry; empty for single-object encoding
 */
public record Broker(String bootstrapServers, Optional<String> registryUrl) {

    /** A broker without a registry. */
    public static Broker at(String bootstrapServers) {
        return new Broker(bootstrapServers, Optional.empty());
    }

    /** The settings of a Kafka client that say so, with others added. */
    public Map<String, Object> clientSettings(Map<String, ?> others) {
        Map<String, Object> settings = new HashMap<>(others);
        settings.put("bootstrap.servers", bootstrapServers);
        registryUrl.ifPresent(url -> settings.put(SerdeSettings.REGISTRY_URL, url));
        return settings;
    }
}

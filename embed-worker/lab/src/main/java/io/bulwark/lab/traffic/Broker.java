package io.bulwark.lab.traffic;

import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.serde.SerdeSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where Kafka and, if any, the schema registry are, and how to be let in.
 *
 * @param bootstrapServers {@code host:port} of one or more brokers, separated by commas
 * @param registryUrl of the schema registry; empty for single-object encoding
 * @param security of the connection to Kafka; empty for none
 * @param properties further ones of Kafka's clients
 */
public record Broker(
        String bootstrapServers,
        Optional<String> registryUrl,
        Optional<ClientSecurity> security,
        Map<String, String> properties) {

    public Broker {
        properties = Map.copyOf(properties);
    }

    /** A broker without a registry that lets everybody in. */
    public static Broker at(String bootstrapServers) {
        return new Broker(bootstrapServers, Optional.empty(), Optional.empty(), Map.of());
    }

    /** The settings of a Kafka client that say so, with others added. */
    public Map<String, Object> clientSettings(Map<String, ?> others) {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.putAll(others);
        security.ifPresent(secured -> settings.putAll(secured.properties()));
        settings.put("bootstrap.servers", bootstrapServers);
        registryUrl.ifPresent(url -> settings.put(SerdeSettings.REGISTRY_URL, url));
        return settings;
    }
}

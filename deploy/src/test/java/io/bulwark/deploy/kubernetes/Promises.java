package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What will be there to refer to once an overlay is applied: its own objects, and what the operators make of them.
 *
 * <p>Source of the latter: Strimzi's documentation on the secrets of a cluster's CA, on those of SCRAM users, and on the
 * bootstrap service; CloudNativePG's on a cluster's secrets and services.
 *
 * @param configMaps keys by name
 * @param secrets keys by name
 * @param services ports by name
 */
record Promises(
        Map<String, Set<String>> configMaps, Map<String, Set<String>> secrets, Map<String, Set<Integer>> services) {

    /** Secrets that the operator makes, by deploy/docs/kubernetes.md and the components' comments. */
    static final Map<String, Set<String>> YOURS = Map.of(
            "bulwark-stream-access", Set.of("users", "secret"),
            "bulwark-database-application", Set.of("username", "password"),
            "bulwark-preview-keys", Set.of("secret", "evidence-keys"),
            "bulwark-score-tokens", Set.of("tokens"),
            "bulwark-sampling-key", Set.of("key"));

    static Promises of(Overlay overlay) {
        Map<String, Set<String>> configMaps = overlay.all("ConfigMap")
                .collect(Collectors.toMap(
                        Manifest::name, map -> Manifest.texts(map.at("/data")).keySet()));
        Map<String, Set<Integer>> services = new TreeMap<>();
        overlay.all("Service").forEach(service -> services.put(service.name(), ports(service.at("/spec/ports"))));
        Map<String, Set<String>> secrets = new TreeMap<>();
        secrets.putAll(YOURS);
        overlay.all("Kafka").forEach(kafka -> {
            secrets.put(kafka.name() + "-cluster-ca-cert", Set.of("ca.crt", "ca.p12", "ca.password"));
            services.put(kafka.name() + "-kafka-bootstrap", ports(kafka.at("/spec/kafka/listeners")));
        });
        overlay.all("Cluster").forEach(database -> {
            secrets.put(database.name() + "-ca", Set.of("ca.crt", "ca.key"));
            secrets.put(database.name() + "-app", Set.of("username", "password", "host", "port", "dbname", "jdbc-uri"));
            List.of("-rw", "-ro", "-r").forEach(end -> services.put(database.name() + end, Set.of(5432)));
        });
        overlay.all("KafkaUser")
                .filter(user -> user.at("/spec/authentication/type").asText().equals("scram-sha-512"))
                .forEach(user -> secrets.put(user.name(), Set.of("password", "sasl.jaas.config")));
        return new Promises(configMaps, secrets, services);
    }

    /** What is wrong with a reference to a key of a config map. */
    Optional<String> missingInConfigMap(String name, String key) {
        return missing("config map", configMaps, name, key);
    }

    /** What is wrong with a reference to a key of a secret. */
    Optional<String> missingInSecret(String name, String key) {
        return missing("secret", secrets, name, key);
    }

    private static Optional<String> missing(String kind, Map<String, Set<String>> known, String name, String key) {
        if (!known.containsKey(name)) {
            return Optional.of("there is no " + kind + " " + name + " but " + known.keySet());
        }
        return known.get(name).contains(key)
                ? Optional.empty()
                : Optional.of(kind + " " + name + " has no key " + key + " but " + known.get(name));
    }

    private static Set<Integer> ports(JsonNode list) {
        return Manifest.each(list).map(port -> port.path("port").asInt()).collect(Collectors.toSet());
    }
}

package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.perception.verdict.PolicySettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What decides for each tenant, for who only reads it: its own policy, else that of tenant {@code default}, else the
 * worker's settings. Immutable.
 */
public final class PoliciesInForce {

    private static final String DEFAULT_TENANT = "default";

    private final Map<String, PolicySettings> ofTenants;
    private final PolicySettings otherwise;

    private PoliciesInForce(Map<String, PolicySettings> ofTenants, PolicySettings otherwise) {
        this.ofTenants = ofTenants;
        this.otherwise = otherwise;
    }

    /**
     * Reads the topic. A tenant whose record cannot be read, or is refused by workers, counts as one without.
     *
     * @param settings a file of the worker's settings; empty for their defaults
     * @throws CommandFailure if there is no such topic, or the file cannot be read or is wrong
     */
    public static PoliciesInForce read(Broker broker, Optional<Path> settings) {
        PolicySettings otherwise =
                settings.map(PolicyLines::read).orElseGet(PolicyLines::none).settings();
        Map<String, PolicySettings> ofTenants = new HashMap<>();
        PolicyTopic.Content content = new PolicyTopic(broker).read();
        content.policies()
                .keySet()
                .forEach(tenant -> PolicyRecord.of(content, tenant, false)
                        .inForce()
                        .flatMap(document -> {
                            try {
                                return Optional.of(PolicyLines.of(document).settings());
                            } catch (CommandFailure wrong) {
                                return Optional.empty();
                            }
                        })
                        .ifPresent(taken -> ofTenants.put(tenant, taken)));
        return new PoliciesInForce(ofTenants, otherwise);
    }

    /** By what is decided for a tenant. */
    public PolicySettings of(String tenant) {
        return Optional.ofNullable(ofTenants.get(tenant))
                .or(() -> Optional.ofNullable(ofTenants.get(DEFAULT_TENANT)))
                .orElse(otherwise);
    }
}

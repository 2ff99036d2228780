package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

    /**
     * How a tenant's record on {@code moderation.policies} stands, for who only wants to know whether it is well.
     *
     * @param version of what is in force, shortened; empty where nothing is
     * @param problem why the record cannot be read, or why workers refuse what is in force
     */
    public record PolicyStanding(String tenant, Optional<String> version, Optional<String> problem) {

        /**
         * Of all tenants that have a record.
         *
         * @throws CommandFailure if there is no such topic
         */
        public static List<PolicyStanding> all(Broker broker) {
            PolicyTopic.Content content = new PolicyTopic(broker).read();
            List<PolicyStanding> standing = new ArrayList<>();
            content.unreadable()
                    .forEach((tenant, problem) -> standing.add(new PolicyStanding(
                            tenant,
                            Optional.empty(),
                            Optional.of("its record on " + broker.topic(Topics.POLICIES) + " cannot be read: "
                                    + problem))));
            content.policies()
                    .keySet()
                    .forEach(tenant -> standing.add(of(PolicyRecord.of(content, tenant, false), tenant)));
            return standing;
        }

        private static PolicyStanding of(PolicyRecord record, String tenant) {
            Optional<String> problem = record.inForce().flatMap(document -> {
                try {
                    PolicyLines.of(document).settings();
                    return Optional.empty();
                } catch (CommandFailure wrong) {
                    return Optional.of("no worker takes what is in force: " + wrong.getMessage());
                }
            });
            return new PolicyStanding(tenant, record.inForce().map(PolicyRecord.Versions::shortened), problem);
        }
    }

    /** Policies for commands that decide. */
    public static final class PolicyChoice {

        private PolicyChoice() {}

        /**
         * The policy of a properties file.
         *
         * @throws CommandFailure if it has none, or one that cannot decide
         */
        public static VotingPolicy read(Path file) {
            return new VotingPolicy(PolicyLines.read(file).settings());
        }

        /**
         * What is in force for each tenant.
         *
         * @param ofSettings the policy of the workers' settings, which holds where nothing is on the topic; empty for
         *     the defaults of these settings
         */
        public static Policies inForce(Broker broker, Optional<VotingPolicy> ofSettings) {
            Map<String, TenantPolicy> own = new HashMap<>();
            for (ModerationPolicy policy :
                    new PolicyTopic(broker).read().policies().values()) {
                if (policy.getInForce() != null) {
                    own.put(
                            policy.getTenant(),
                            TenantPolicy.of(new VotingPolicy(
                                    PolicyLines.of(policy.getInForce()).settings())));
                }
            }
            TenantPolicy everybodys = own.getOrDefault(
                    SeenImage.DEFAULT_TENANT,
                    TenantPolicy.of(ofSettings.orElseGet(
                            () -> new VotingPolicy(PolicyLines.none().settings()))));
            return tenant -> own.getOrDefault(tenant, everybodys);
        }
    }
}

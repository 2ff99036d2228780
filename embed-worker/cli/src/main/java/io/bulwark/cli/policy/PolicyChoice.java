package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Policies for commands that decide. */
public final class PolicyChoice {

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
     * @param ofSettings the policy of the workers' settings, which holds where nothing is on the topic; empty for the
     *     defaults of these settings
     */
    public static Policies inForce(Broker broker, Optional<VotingPolicy> ofSettings) {
        Map<String, TenantPolicy> own = new HashMap<>();
        for (ModerationPolicy policy : new PolicyTopic(broker).read().policies().values()) {
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

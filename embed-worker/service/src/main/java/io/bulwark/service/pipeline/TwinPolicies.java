package io.bulwark.service.pipeline;

import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * How the twin decides: each tenant's images by that tenant's policy, in the twin's own metric. A twin that judged by other
 * rules than the encoder would disagree about the rules, and that would pass for an attack. Any thread.
 */
public final class TwinPolicies {

    /** Policies are few; more than these are forgotten and made again. */
    private static final int MOST = 1_000;

    private final UnaryOperator<PolicySettings> inTwinsMetric;
    private final Map<String, TenantPolicy> made = new ConcurrentHashMap<>();

    /** @param inTwinsMetric turns what an encoder's policy decides by into what the twin's does */
    public TwinPolicies(UnaryOperator<PolicySettings> inTwinsMetric) {
        this.inTwinsMetric = inTwinsMetric;
    }

    /** The twin's policies beside those by which the encoder decides. */
    Policies beside(Policies encoders) {
        return tenant -> {
            VotingPolicy encoder = encoders.of(tenant).inForce();
            if (made.size() >= MOST) {
                made.clear();
            }
            return made.computeIfAbsent(
                    encoder.version(),
                    version -> TenantPolicy.of(new VotingPolicy(inTwinsMetric.apply(encoder.settings()))));
        };
    }
}

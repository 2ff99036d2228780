package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.service.pipeline.DecisionSteps.TwinPolicies;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TwinPoliciesTest {

    private static final PolicySettings ALL = PolicySettings.flagging(Set.of("nsfw"));
    private static final Thresholds STRICT = new Thresholds(0.2, 0.1);

    private final TwinPolicies twins = new TwinPolicies(settings -> new PolicySettings(
            settings.k(),
            0.5,
            settings.floor(),
            PolicySettings.NEVER_KNOWN,
            settings.thresholds(),
            settings.labels(),
            settings.unfamiliar(),
            settings.flaggedClasses()));

    @Test
    void a_tenant_s_images_are_judged_by_the_tenant_s_rules_in_the_twin_s_metric() {
        VotingPolicy kids = new VotingPolicy(ALL.with(STRICT, Map.of("nsfw", LabelRule.of(Action.REVIEW))));
        Policies encoders = tenant -> TenantPolicy.of(tenant.equals("kids") ? kids : new VotingPolicy(ALL));

        PolicySettings twinOfKids = twins.beside(encoders).of("kids").inForce().settings();

        assertThat(twinOfKids.thresholds()).isEqualTo(STRICT);
        assertThat(twinOfKids.action("nsfw")).isEqualTo(Action.REVIEW);
        assertThat(twinOfKids.temperature()).isEqualTo(0.5);
        assertThat(twins.beside(encoders).of("others").inForce().settings().action("nsfw"))
                .isEqualTo(Action.FLAG);
    }

    @Test
    void a_policy_that_changes_changes_the_twin_s() {
        Policies before = Policies.always(new VotingPolicy(ALL));
        Policies after = Policies.always(new VotingPolicy(ALL.with(STRICT, Map.of())));

        assertThat(twins.beside(before).of("t").inForce().version())
                .isEqualTo(twins.beside(before).of("t").inForce().version())
                .isNotEqualTo(twins.beside(after).of("t").inForce().version());
    }
}

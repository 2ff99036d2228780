package io.bulwark.cli.pod;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KillPlanTest {

    @Test
    void the_same_seed_makes_the_same_plan() {
        assertThat(KillPlan.of(7, 20, 100)).isEqualTo(KillPlan.of(7, 20, 100)).isNotEqualTo(KillPlan.of(8, 20, 100));
    }

    @Test
    void workers_are_killed_both_at_their_start_and_at_their_work() {
        KillPlan plan = KillPlan.of(1, 20, 100);

        assertThat(plan.moments()).hasSize(20);
        assertThat(plan.moments()).hasAtLeastOneElementOfType(KillPlan.Moment.AfterStart.class);
        assertThat(plan.moments())
                .filteredOn(KillPlan.Moment.AfterVerdicts.class::isInstance)
                .hasSize(15)
                .allSatisfy(moment -> assertThat(((KillPlan.Moment.AfterVerdicts) moment).verdicts())
                        .isBetween(1, 100));
    }
}

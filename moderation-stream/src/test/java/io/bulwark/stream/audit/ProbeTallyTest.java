package io.bulwark.stream.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Signal;
import io.bulwark.stream.audit.ProbeTally.Outcome;
import io.bulwark.stream.audit.ProbeTally.Threat;
import io.bulwark.stream.testing.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbeTallyTest {

    private final ProbeTally tally = new ProbeTally();

    @Test
    void anImageThatFellToOneOfSeveralAttacksHasFallen() {
        tally.add(probe("a", "evasion", 0));
        tally.add(probe("a", "evasion", 1));
        tally.add(probe("a", "evasion", 0));
        tally.add(probe("b", "evasion", 0));

        assertThat(tally.outcomes()).containsExactly(Map.entry(new Threat("evasion", "8/255"), new Outcome(2, 1)));
    }

    @Test
    void goalsAndBudgetsAreCountedApart() {
        tally.add(probe("a", "evasion", 1));
        tally.add(probe("a", "false flag", 0));

        assertThat(tally.outcomes())
                .containsOnly(
                        Map.entry(new Threat("evasion", "8/255"), new Outcome(1, 1)),
                        Map.entry(new Threat("false flag", "8/255"), new Outcome(1, 0)));
    }

    @Test
    void anAuditThatSaysNothingOfAProbeCountsAsNone() {
        tally.add(Samples.audit("a").build());
        assertThat(tally.outcomes()).isEmpty();
    }

    private static AttackAudit probe(String image, String goal, double fell) {
        return Samples.audit(image)
                .setSignals(List.of(new Signal("robustness-probe", fell, 0.5, fell > 0.5)))
                .setEvidence(Map.of("goal", goal, "epsilon", "8/255", "attack", "apgd", "iterations", "20"))
                .build();
    }
}

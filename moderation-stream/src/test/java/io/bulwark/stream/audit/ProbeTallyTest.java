package io.bulwark.stream.audit;

import static io.bulwark.stream.testing.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Signal;
import io.bulwark.stream.audit.AuditTally.Bucket;
import io.bulwark.stream.audit.AuditTally.ProbeTally;
import io.bulwark.stream.audit.AuditTally.ProbeTally.Outcome;
import io.bulwark.stream.audit.AuditTally.ProbeTally.Threat;
import io.bulwark.stream.testing.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbeTallyTest {

    private static final Bucket OTHER = new Bucket(NOON, "OTHER");

    private final ProbeTally tally = new ProbeTally();

    @Test
    void anImageThatFellToOneOfSeveralAttacksHasFallen() {
        add(probe("a", "evasion", 0));
        add(probe("a", "evasion", 1));
        add(probe("a", "evasion", 0));
        add(probe("b", "evasion", 0));

        assertThat(tally.outcomes()).containsExactly(Map.entry(new Threat("evasion", "8/255"), new Outcome(2, 1, 0)));
    }

    @Test
    void anImageWhoseAttacksRanOutOfTimeIsCountedApart() {
        add(probe("a", "evasion", 0.5));
        assertThat(tally.outcomes()).as("nothing is known yet").isEmpty();

        add(probe("b", "evasion", 0));
        add(probe("b", "evasion", 0.5));
        assertThat(tally.outcomes()).containsExactly(Map.entry(new Threat("evasion", "8/255"), new Outcome(1, 0, 1)));
    }

    @Test
    void goalsAndBudgetsAreCountedApart() {
        add(probe("a", "evasion", 1));
        add(probe("a", "false flag", 0));

        assertThat(tally.outcomes())
                .containsOnly(
                        Map.entry(new Threat("evasion", "8/255"), new Outcome(1, 1, 0)),
                        Map.entry(new Threat("false flag", "8/255"), new Outcome(1, 0, 0)));
    }

    @Test
    void anAuditThatSaysNothingOfAProbeCountsAsNone() {
        add(Samples.audit("a").build());
        assertThat(tally.outcomes()).isEmpty();
    }

    /** Which it is where audits are written in a release that has no such kind. */
    @Test
    void aProbeOfNoKindCountsAsOne() {
        add(probe("a", "evasion", 0));
        AuditTally counted = new AuditTally(NOON, Map.of(OTHER, 1L), List.of());
        assertThat(tally.corrected(counted).counts()).isEqualTo(Map.of(new Bucket(NOON, AuditTally.PROBE), 1L));
    }

    private void add(AttackAudit audit) {
        tally.add(audit, OTHER);
    }

    private static AttackAudit probe(String image, String goal, double fell) {
        return Samples.audit(image)
                .setSignals(List.of(new Signal("robustness-probe", fell, 0.5, fell > 0.5)))
                .setEvidence(Map.of("goal", goal, "epsilon", "8/255", "attack", "apgd", "iterations", "20"))
                .build();
    }
}

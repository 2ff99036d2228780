package io.bulwark.stream.document;

import static io.bulwark.stream.testing.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.stream.document.AuditDocument.AuditSummaryDocument;
import io.bulwark.stream.document.AuditDocument.AuditSummaryDocument.Count;
import io.bulwark.stream.document.AuditDocument.AuditSummaryDocument.Robustness;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditSummaryDocumentTest {

    /** Worked out by hand. */
    @Test
    void robustAccuracyHasWilsonsInterval() {
        Robustness some = Robustness.of("evasion", "8/255", 100, 6, 0);
        assertThat(some.accuracy()).isEqualTo(0.94);
        assertThat(some.low()).isCloseTo(0.8752, within(1e-4));
        assertThat(some.high()).isCloseTo(0.9722, within(1e-4));
        assertThat(Robustness.of("evasion", "8/255", 10, 0, 0).high()).isCloseTo(1, within(1e-9));
        assertThat(Robustness.of("evasion", "8/255", 10, 10, 0).low()).isCloseTo(0, within(1e-9));
    }

    /** As the red team's own metrics: LiveShare(94, 6, 20) is 0.940 [0.701, 0.977]. */
    @Test
    void whatIsOverdueMayHaveFallenAndMayHaveHeld() {
        Robustness some = Robustness.of("evasion", "8/255", 100, 6, 20);
        assertThat(some.accuracy()).isEqualTo(0.94);
        assertThat(some.low()).isCloseTo(0.7015, within(1e-3));
        assertThat(some.high()).isCloseTo(0.9769, within(1e-3));
    }

    @Test
    void whatSeveralInstancesCountedIsAddedUp() {
        AuditSummaryDocument one = new AuditSummaryDocument(
                NOON,
                NOON,
                3600,
                List.of(new Count(NOON, "PROBING", 2), new Count(NOON, "HASH_TWIN", 1)),
                List.of(Robustness.of("evasion", "8/255", 10, 1, 0)),
                0.9);
        AuditSummaryDocument two = new AuditSummaryDocument(
                NOON,
                NOON.plusSeconds(1),
                3600,
                List.of(new Count(NOON, "PROBING", 3)),
                List.of(Robustness.of("evasion", "8/255", 10, 2, 0)),
                0.9);

        AuditSummaryDocument both = AuditSummaryDocument.together(List.of(one, two));
        assertThat(both.counts()).containsExactly(new Count(NOON, "HASH_TWIN", 1), new Count(NOON, "PROBING", 5));
        assertThat(both.robustness()).containsExactly(Robustness.of("evasion", "8/255", 20, 3, 0));
        assertThat(both.complete()).isEqualTo(NOON.plusSeconds(1));
    }
}

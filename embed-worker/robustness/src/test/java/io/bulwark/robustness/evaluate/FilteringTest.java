package io.bulwark.robustness.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.robustness.attack.ThreatModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilteringTest {

    private static final ThreatModel THREAT = ThreatModel.linf(4 / 255.0);
    private static final List<Boolean> FLAGGED = List.of(true, true, true, false, false);

    @TempDir
    Path folder;

    @Test
    void recallCountsFlaggedPicturesAndPrecisionRemovedOnes() {
        Ledger ledger = ledger(Map.of(0, 1.0, 1, 1.0, 2, 0.0, 3, 1.0, 4, 0.0), Set.of(2, 4));

        Filtering clean = Filtering.clean(ledger, FLAGGED);

        assertThat(clean.recall()).isEqualTo(Proportion.of(2, 3));
        assertThat(clean.precision()).contains(Proportion.of(2, 3));
    }

    @Test
    void evasionLowersRecallAndFalseFlagsLowerPrecision() {
        Ledger ledger = ledger(Map.of(0, 1.0, 1, 1.0, 2, 1.0, 3, 1.0, 4, 1.0), Set.of());
        ledger.record(List.of(
                new Attempt(0, THREAT.toString(), 0, true, 0.01, 1),
                new Attempt(3, THREAT.toString(), 0, true, 0.01, 1)));

        Filtering robust = Filtering.robust(ledger, FLAGGED, THREAT);

        assertThat(Filtering.clean(ledger, FLAGGED).recall()).isEqualTo(Proportion.of(3, 3));
        assertThat(robust.recall()).isEqualTo(Proportion.of(2, 3));
        assertThat(robust.precision()).contains(Proportion.of(2, 3));
    }

    @Test
    void whereNothingIsRemovedThereIsNoPrecision() {
        Ledger ledger = ledger(Map.of(0, 0.0, 1, 0.0, 2, 0.0, 3, 1.0, 4, 1.0), Set.of(0, 1, 2));

        assertThat(Filtering.clean(ledger, FLAGGED).precision()).isEmpty();
        assertThat(Filtering.clean(ledger, FLAGGED).recall()).isEqualTo(Proportion.of(0, 3));
    }

    private Ledger ledger(Map<Integer, Double> scores, Set<Integer> fooled) {
        Ledger ledger = Ledger.open(folder.resolve("ledger.jsonl"), "test");
        ledger.recordClean(scores, fooled);
        return ledger;
    }
}

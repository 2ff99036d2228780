package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.evaluate.Ledger.Attempt;
import io.bulwark.lab.experiment.LedgerFile.LedgerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

    private static final ThreatModel SMALL = ThreatModel.linf(1 / 255.0);
    private static final ThreatModel LARGE = ThreatModel.linf(4 / 255.0);

    @TempDir
    Path folder;

    @Test
    void whatWasRecordedIsThereWhenTheFileIsOpenedAgain() {
        fill(open());

        Ledger again = open();

        assertThat(again.clean()).isEqualTo(Proportion.of(3, 4));
        assertThat(again.robust(LARGE)).isEqualTo(Proportion.of(2, 4));
        assertThat(again.knows(3)).isTrue();
        assertThat(again.knows(4)).isFalse();
        assertThat(again.isStanding(1, LARGE)).as("attacked before").isFalse();
        assertThat(again.isStanding(1, SMALL)).isTrue();
    }

    @Test
    void aPerturbationCountsInEveryThreatModelThatAllowsItAndInNoOther() {
        Ledger ledger = open();
        fill(ledger);

        assertThat(ledger.isStanding(0, SMALL)).as("it measures 3/255").isTrue();
        assertThat(ledger.isStanding(0, ThreatModel.linf(3 / 255.0))).isFalse();
        assertThat(ledger.isStanding(0, ThreatModel.l2(0.5)))
                .as("it measures 0.8 in l2")
                .isTrue();
        assertThat(ledger.isStanding(0, ThreatModel.l2(1))).isFalse();
        assertThat(ledger.robust(ThreatModel.l2(1)).value()).isEqualTo(0.5);
        assertThat(ledger.robust(SMALL)).isEqualTo(ledger.clean());
    }

    @Test
    void aQuestionThatIsAnsweredWronglyAnywayIsLostUnderEveryThreatModel() {
        Ledger ledger = open();
        fill(ledger);

        assertThat(ledger.isStanding(2, ThreatModel.linf(0))).isFalse();
    }

    @Test
    void anAttackThatFailedLeavesTheAnswerRight() {
        Ledger ledger = open();
        fill(ledger);

        assertThat(ledger.robustScore(1, LARGE)).isEqualTo(1);
    }

    @Test
    void aRunIsCompleteWhenNoQuestionThatStandsIsLeftUnattacked() {
        Ledger ledger = open();
        fill(ledger);

        assertThat(ledger.isAnswered(4)).isTrue();
        assertThat(ledger.isAnswered(5)).isFalse();
        assertThat(ledger.isComplete(4, LARGE))
                .as("question 3 was never attacked")
                .isFalse();
        ledger.record(List.of(new Attempt(3, LARGE.toString(), 1, false, 4 / 255.0, 1.2)));
        assertThat(ledger.isComplete(4, LARGE)).isTrue();
        assertThat(ledger.isComplete(5, LARGE)).isFalse();
    }

    @Test
    void ofScoresThatAreNoDecisionsTheLowestCounts() {
        Ledger ledger = open();
        ledger.recordClean(Map.of(0, 0.9), Set.of());
        ledger.record(List.of(
                new Attempt(0, SMALL.toString(), 0.6, false, 1 / 255.0, 0.3),
                new Attempt(0, LARGE.toString(), 0.7, false, 4 / 255.0, 0.9)));

        assertThat(ledger.robustScore(0, SMALL)).isEqualTo(0.6);
        assertThat(ledger.robust(LARGE).value()).isCloseTo(0.6, within(1e-12));
    }

    @Test
    void aLineThatAKillCutShortIsDroppedAndTheRunGoesOn() throws IOException {
        fill(open());
        Files.writeString(file(), "{\"question\":7,\"sco", StandardOpenOption.APPEND);

        Ledger again = open();
        again.recordClean(Map.of(7, 1.0), Set.of());

        assertThat(open().clean()).isEqualTo(Proportion.of(4, 5));
    }

    @Test
    void answersOfAnotherRunAreNotContinued() {
        fill(open());

        assertThatThrownBy(() -> Ledger.open(file(), "another encoder"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("another");
    }

    @Test
    void aFileThatIsNoLedgerIsNotWrittenTo() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "dear diary\n");

        assertThatThrownBy(this::open).isInstanceOf(LedgerException.class);
        assertThat(file()).hasContent("dear diary");
    }

    @Test
    void damageInTheMiddleIsNamed() throws IOException {
        fill(open());
        Files.writeString(file(), "{\"question\":7}\n", StandardOpenOption.APPEND);

        assertThatThrownBy(this::open)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining("score");
    }

    /** Four questions: fooled within 3/255, stood, wrong anyway, never attacked. */
    private static void fill(Ledger ledger) {
        ledger.recordClean(Map.of(0, 1.0, 1, 1.0, 2, 0.0, 3, 1.0), Set.of(2));
        ledger.record(List.of(
                new Attempt(0, LARGE.toString(), 0, true, 3 / 255.0, 0.8),
                new Attempt(1, LARGE.toString(), 1, false, 4 / 255.0, 1.2)));
    }

    private Ledger open() {
        return Ledger.open(file(), "one encoder");
    }

    private Path file() {
        return folder.resolve("runs").resolve("knn.jsonl");
    }

    /** A search is fooled only where nothing is left of it, but what an attack took of it counts. */
    @Test
    void whatAnotherAttackLoweredCountsAndStillStandsToBeAttacked() {
        ThreatModel threat = ThreatModel.linf(4 / 255.0);
        Ledger other = Ledger.open(folder.resolve("other.jsonl"), "other");
        other.recordClean(Map.of(0, 1.0, 1, 1.0), Set.of());
        other.record(List.of(
                new Ledger.Attempt(0, threat.toString(), 0.4, false, 4 / 255.0, 2),
                new Ledger.Attempt(1, threat.toString(), 0, true, 4 / 255.0, 2)));
        Path file = folder.resolve("adopting.jsonl");
        for (int run = 0; run < 2; run++) {
            Ledger ledger = Ledger.open(file, "adopting");
            ledger.recordClean(Map.of(0, 1.0, 1, 1.0), Set.of());

            ledger.adopt(other, threat);

            assertThat(ledger.robustScore(0, threat)).isEqualTo(0.4);
            assertThat(ledger.robustScore(1, threat)).isZero();
            assertThat(ledger.isStanding(0, threat)).isTrue();
            assertThat(ledger.isStanding(1, threat)).isFalse();
        }
        assertThat(file).content().containsOnlyOnce("0.4");
    }
}

package io.bulwark.lab.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.cli.report.Share.LiveShare;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.redteam.RedTeamMetrics.LiveAccuracy;
import org.junit.jupiter.api.Test;

class LiveAccuracyTest {

    @Test
    void whatWentToAPersonDidNotFall() {
        LiveAccuracy live = new LiveAccuracy(10);
        assertThat(live.share()).isEmpty();

        live.add("a", ProbeOutcome.HELD);
        live.add("b", ProbeOutcome.REVIEW);
        live.add("c", ProbeOutcome.FELL);
        live.add("d", ProbeOutcome.SKIPPED);

        assertThat(live.share().orElseThrow().value()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(live.share().orElseThrow().files()).isEqualTo(3);
    }

    @Test
    void whatRanOutOfTimeMayHaveFallenAndMayHaveHeld() {
        LiveAccuracy live = new LiveAccuracy(10);
        live.add("late", ProbeOutcome.OVERDUE);
        assertThat(live.share()).isEmpty();

        live.add("a", ProbeOutcome.HELD);
        live.add("b", ProbeOutcome.FELL);
        live.add("later", ProbeOutcome.OVERDUE);

        LiveShare share = live.share().orElseThrow();
        assertThat(share.value()).isEqualTo(0.5);
        assertThat(share.low()).isEqualTo(Proportion.of(1, 4).low());
        assertThat(share.high()).isEqualTo(Proportion.of(3, 4).high());
        assertThat(share.files()).isEqualTo(4);
    }

    @Test
    void aFileCountsOnceByItsLatestAttack() {
        LiveAccuracy live = new LiveAccuracy(10);
        for (int i = 0; i < 5; i++) {
            live.add("meme", ProbeOutcome.FELL);
        }
        live.add("meme", ProbeOutcome.HELD);

        assertThat(live.share().orElseThrow().files()).isEqualTo(1);
        assertThat(live.share().orElseThrow().value()).isEqualTo(1);
        assertThat(live.share().orElseThrow().low()).isLessThan(0.3);
    }

    @Test
    void onlyTheLastFilesCount() {
        LiveAccuracy live = new LiveAccuracy(2);
        live.add("a", ProbeOutcome.FELL);
        live.add("b", ProbeOutcome.HELD);
        live.add("a", ProbeOutcome.FELL);
        live.add("c", ProbeOutcome.HELD);

        assertThat(live.share().orElseThrow().files()).isEqualTo(2);
        assertThat(live.share().orElseThrow().value()).isEqualTo(0.5);
    }
}

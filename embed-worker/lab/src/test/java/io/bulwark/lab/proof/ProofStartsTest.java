package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.proof.ProofStarts.Kind;
import io.bulwark.lab.proof.ProofStarts.Progress;
import io.bulwark.lab.proof.ProofStarts.ProofStartsReport;
import io.bulwark.lab.proof.ProofStarts.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ProofStartsTest {

    private static final Kind KIND = new Kind(0, true);

    @Test
    void a_store_has_caught_up_when_only_a_trickle_comes() {
        List<Progress> progress = progress(60, at -> at < 8 ? 0 : Math.min(50_000, (at - 8) * 5_000) + at * 10);

        assertThat(ProofStarts.isQuiet(progress)).isTrue();
        assertThat(ProofStarts.caughtUp(progress).seconds()).isEqualTo(18);
        assertThat(ProofStarts.caughtUp(progress).records()).isEqualTo(50_180);
    }

    @Test
    void one_that_still_reads_or_has_just_begun_is_not_quiet() {
        assertThat(ProofStarts.isQuiet(List.of())).isFalse();
        assertThat(ProofStarts.isQuiet(progress(10, at -> 0))).isFalse();
        assertThat(ProofStarts.isQuiet(progress(60, at -> at * 5_000))).isFalse();
        assertThat(ProofStarts.isQuiet(progress(60, at -> at < 50 ? 0 : 10_000)))
                .isFalse();
    }

    @Test
    void what_has_nothing_to_read_has_caught_up_at_once() {
        assertThat(ProofStarts.caughtUp(progress(30, at -> 0)).seconds()).isZero();
    }

    @Test
    void medians_are_extrapolated_where_they_differ_by_more_than_the_noise() {
        ProofStartsReport report = new ProofStartsReport(
                100_000,
                Map.of(KIND, List.of(start(10, 10), start(12, 12), start(11, 11))),
                Map.of(KIND, List.of(start(31, 12), start(90, 13), start(29, 12))));

        assertThat(report.start(1e7, 11, 31)).isEqualTo(2_011);
        assertThat(report.markdown())
                .contains("0 standby, state wiped: records read from changelogs | 500 | 500 |")
                .contains(
                        "0 standby, state wiped: ready | 11.0 (10.0 to 12.0) | 31.0 (29.0 to 90.0) | within the noise")
                .contains(
                        "caught up, active and standby | 11.0 (10.0 to 12.0) | 12.0 (12.0 to 13.0) | within the noise");
        assertThat(new ProofStartsReport(
                                100_000,
                                Map.of(KIND, List.of(start(11, 11), start(10, 10), start(11, 11))),
                                Map.of(KIND, List.of(start(31, 11), start(31, 11), start(31, 12))))
                        .markdown())
                .contains("0 standby, state wiped: ready | 11.0 (10.0 to 11.0) | 31.0 | 2,011 | 200,011 |");
    }

    @Test
    void of_single_starts_nothing_follows() {
        assertThat(new ProofStartsReport(
                                100_000, Map.of(KIND, List.of(start(11, 11))), Map.of(KIND, List.of(start(31, 11))))
                        .markdown())
                .contains("0 standby, state wiped: ready | 11.0 | 31.0 | too few starts | too few starts |");
    }

    private static Start start(double ready, double caughtUp) {
        return new Start(ready, caughtUp, 500);
    }

    private static List<Progress> progress(int seconds, DoubleUnaryOperator read) {
        List<Progress> progress = new ArrayList<>();
        for (int at = 0; at <= seconds; at++) {
            progress.add(new Progress(at, read.applyAsDouble(at)));
        }
        return progress;
    }
}

package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.proof.ProofSeries.Measure;
import io.bulwark.lab.proof.ProofSeries.Trend;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ProofSeriesTest {

    private static final double TWO_HOURS = 7200;
    private static final double WARM_UP = 300;

    private final Random random = new Random(7);

    @Test
    void a_level_with_noise_and_single_peaks_is_flat() {
        assertThat(trend(Measure.MEMORY, at -> 400e6 + 20e6 * random.nextGaussian())
                        .isFlat())
                .isTrue();
        assertThat(trend(Measure.DESCRIPTORS, at -> at % 600 == 0 ? 900 : 250).isFlat())
                .isTrue();
    }

    @Test
    void a_planted_leak_is_found_in_every_measure() {
        Trend memory = trend(Measure.MEMORY, at -> 400e6 + at * 120e6 / 3600 + 20e6 * random.nextGaussian());

        assertThat(memory.isFlat()).isFalse();
        assertThat(memory.slope().orElseThrow()).isBetween(90e6, 150e6);
        assertThat(trend(Measure.DESCRIPTORS, at -> 250 + Math.floor(at / 90)).isFlat())
                .isFalse();
        assertThat(trend(Measure.THREADS, at -> 80 + Math.floor(at / 200)).isFlat())
                .isFalse();
    }

    @Test
    void a_leak_that_begins_in_the_last_third_is_found() {
        assertThat(trend(Measure.MEMORY, at -> 400e6 + Math.max(0, at - 4800) * 200e6 / 3600)
                        .isFlat())
                .isFalse();
    }

    @Test
    void a_leak_that_restarts_hide_is_found() {
        ProofSeries series = series(Measure.MEMORY);
        for (double at = 0; at <= TWO_HOURS; at += 30) {
            long process = (long) (at / 2400);
            series.add(at, process, 400e6 + (at - process * 2400) * 200e6 / 3600);
        }

        assertThat(series.trend(TWO_HOURS).isFlat()).isFalse();
    }

    @Test
    void what_a_new_process_takes_in_its_first_minutes_is_no_growth() {
        ProofSeries series = series(Measure.MEMORY);
        for (double at = 0; at <= TWO_HOURS; at += 30) {
            long process = (long) (at / 2400);
            series.add(at, process, 400e6 - 200e6 * Math.exp(-(at - process * 2400) / 60));
        }

        assertThat(series.trend(TWO_HOURS).isFlat()).isTrue();
    }

    @Test
    void data_may_grow_as_before_and_not_faster() {
        assertThat(trend(Measure.DATA, at -> 1e9 + at * 500e6 / 3600).isFlat()).isTrue();
        assertThat(trend(Measure.DATA, at -> 1e9 + at * 500e6 / 3600 + Math.max(0, at - 4800) * 500e6 / 3600)
                        .isFlat())
                .isFalse();
    }

    @Test
    void data_that_grows_with_the_traffic_is_not_called_flat() {
        assertThat(trend(Measure.DATA, at -> 1e9 + at * 500e6 / 3600).cells()).contains("no faster than before");
        assertThat(trend(Measure.DATA, at -> 1e9).cells()).contains("flat");
    }

    @Test
    void what_traffic_passes_through_may_not_grow_at_a_constant_rate() {
        assertThat(trend(Measure.PASSING, at -> 1e6 + at * 10e6 / 3600).isFlat())
                .isFalse();
        assertThat(trend(Measure.PASSING, at -> at % 300 < 30 ? 20e6 : 10e6).isFlat())
                .isTrue();
        assertThat(ProofSoak.ofTable("outbox")).isEqualTo(Measure.PASSING);
        assertThat(ProofSoak.ofTable("casebook")).isEqualTo(Measure.DATA);
    }

    @Test
    void the_bound_follows_from_the_median_level_and_no_peak_lifts_it() {
        Trend trend = trend(Measure.MEMORY, at -> at == 600 ? 4e9 : 1e9 + at * 200e6 / 3600);

        assertThat(trend.bound()).isBetween(150e6, 200e6);
        assertThat(trend.isFlat()).isFalse();
    }

    @Test
    void what_ended_before_the_end_is_not_flat() {
        ProofSeries series = series(Measure.MEMORY);
        for (double at = 0; at <= 6000; at += 30) {
            series.add(at, 1, 400e6);
        }

        assertThat(series.trend(TWO_HOURS).isFlat()).isFalse();
        assertThat(series.trend(TWO_HOURS).cells()).contains("**not known**");
    }

    @Test
    void too_few_samples_say_nothing_and_are_not_flat() {
        ProofSeries series = series(Measure.THREADS);
        series.add(0, 1, 80);
        series.add(TWO_HOURS, 1, 80);

        assertThat(series.trend(TWO_HOURS).slope()).isEmpty();
        assertThat(series.trend(TWO_HOURS).isFlat()).isFalse();
    }

    private static ProofSeries series(Measure measure) {
        return new ProofSeries("s1", "measure", measure, WARM_UP);
    }

    private static Trend trend(Measure measure, DoubleUnaryOperator value) {
        ProofSeries series = series(measure);
        for (double at = 0; at <= TWO_HOURS; at += 30) {
            series.add(at, 1, value.applyAsDouble(at));
        }
        return series.trend(TWO_HOURS);
    }
}

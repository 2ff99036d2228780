package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.bench.Arrivals.Load;
import io.bulwark.lab.bench.BenchTraffic.CpuUse;
import io.bulwark.lab.bench.BenchTraffic.Throughput;
import io.bulwark.lab.bench.LatencyResult.LatencyChart;
import io.bulwark.lab.bench.Mix.Kind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyResultTest {

    private static final CpuUse EACH = cpu(10);
    private static final Mix MIX = Mix.parse("slow=0.05");

    @Test
    void a_rate_closes_with_one_line() {
        assertThat(rate(Mix.NONE, 20, 48).lines())
                .containsExactly("rate 200/s  p50 20 ms  p95 20 ms  p99 48 ms  p99.9 48 ms");
    }

    @Test
    void strangers_have_lines_of_their_own() {
        assertThat(rate(MIX, 20, 48).lines())
                .containsExactly(
                        "slow 10/s  p50 9004 ms  p95 9004 ms  p99 9004 ms  p99.9 9004 ms  at most 0.20 of the encoder's time",
                        "rate 200/s  p50 20 ms  p95 20 ms  p99 48 ms  p99.9 48 ms  with slow=0.05");
    }

    /** Of 8 ms under the backlog. */
    @Test
    void at_half_of_the_capacity_what_is_wanted_is_wanted_in_multiples_of_the_cpu_under_the_backlog() {
        assertThat(atHalf(rate(Mix.NONE, 19, 71)).holds()).isTrue();
        assertThat(atHalf(rate(Mix.NONE, 21, 71)).holds()).isFalse();
        assertThat(atHalf(rate(Mix.NONE, 19, 73)).holds()).isFalse();
        assertThat(result(8, costing(10)).holds()).isTrue();
        assertThat(result(8, costing(11)).holds()).isFalse();
        assertThat(new LatencyResult(Optional.empty(), List.of(rate(Mix.NONE, 200, 300)), 2).holds())
                .as("rates that the user asked for have no target")
                .isTrue();
    }

    @Test
    void a_queue_for_the_cores_alone_stands_beside_each_rate() {
        assertThat(atHalf(rate(Mix.NONE, 20, 40)).text())
                .contains("measured  at half of it CPU 1.25, p50 2.5 and p99 5 times that CPU")
                .contains("M/M/2     by the CPU under the backlog: cores 0.80 busy, p50 16 ms  p95 63 ms  p99 95 ms")
                .contains("M/M/2     by the CPU at this rate: 1.00 times what 2 cores can do");
    }

    /** With a dearer backlog the multiples of it look better. */
    @Test
    void a_build_is_not_flattered_by_a_slower_backlog() {
        LatencyResult other = result(8, costing(10));
        LatencyTurns same = new LatencyTurns(List.of(other, other, other), List.of(other, other, other));
        LatencyTurns slower = new LatencyTurns(List.of(other), List.of(result(9, costing(10))));

        assertThat(same.holds()).isTrue();
        assertThat(slower.holds()).isFalse();
        assertThat(slower.text())
                .startsWith("1 rounds by turns at 200/s: this build beside the other, medians\n"
                        + "backlog   9.00 beside 8.00 ms of CPU an upload under the backlog: 1.13 times [1.13, 1.13]\n"
                        + "cpu       10.00 beside 10.00 ms of CPU an upload at the rate: 1.00 times [1.00, 1.00]\n")
                .endsWith("CPU 1.11 beside 1.25 (wanted 1.25), p50 2.1 beside 2.4 (wanted 2.5), p99 4.4 beside 5.0"
                        + " (wanted 9)");
    }

    @Test
    void the_median_of_the_rounds_counts_and_each_round_is_compared_with_its_own() {
        LatencyTurns turns = new LatencyTurns(
                List.of(result(8, costing(10)), result(16, costing(20)), result(8, costing(10))),
                List.of(result(8, costing(10)), result(16, costing(20)), result(12, costing(10))));

        assertThat(turns.text()).contains("backlog   12.00 beside 8.00 ms of CPU", ": 1.00 times [1.00, 1.50]");
    }

    @Test
    void a_mix_may_make_the_p99_of_plain_uploads_half_as_long_again() {
        assertThat(atHalf(rate(Mix.NONE, 19, 40), rate(MIX, 19, 60)).holds()).isTrue();
        assertThat(atHalf(rate(Mix.NONE, 19, 40), rate(MIX, 19, 61)).holds()).isFalse();
    }

    @Test
    void crowded_uploads_may_take_a_quarter_of_the_encoder_s_time() {
        Load load = new Load(200, Duration.ZERO, Duration.ofSeconds(60), Mix.NONE, 1);
        RateResult quarter = new RateResult(load, 200, 0, 0, EACH, Map.of(), Map.of(Kind.CROWDED, 15_000_000L));
        RateResult more = new RateResult(load, 200, 0, 0, EACH, Map.of(), Map.of(Kind.CROWDED, 15_100_000L));

        assertThat(new LatencyResult(Optional.empty(), List.of(quarter), 2).holds())
                .isTrue();
        assertThat(new LatencyResult(Optional.empty(), List.of(more), 2).holds())
                .isFalse();
    }

    @Test
    void an_upload_that_is_not_answered_once_fails() {
        Load load = new Load(200, Duration.ZERO, Duration.ofSeconds(1), Mix.NONE, 1);
        RateResult missing = new RateResult(load, 200, 1, 0, EACH, Map.of(), Map.of());
        RateResult doubled = new RateResult(load, 200, 0, 2, EACH, Map.of(), Map.of());

        assertThat(new LatencyResult(Optional.empty(), List.of(missing), 2).holds())
                .isFalse();
        assertThat(new LatencyResult(Optional.empty(), List.of(doubled), 2).holds())
                .isFalse();
        assertThat(doubled.summary()).contains("0 not answered, 2 answered again");
    }

    @Test
    void prints_capacity_cost_and_comparison_before_the_rates() {
        String text = atHalf(rate(Mix.NONE, 20, 40), rate(MIX, 20, 60)).text();

        assertThat(text)
                .startsWith("capacity  400.0 images/s over 4000 images; CPU an image 8.00 ms: worker 5.00 ms"
                        + " (decoders 3.00), broker 2.00 ms, driver 1.00 ms\n")
                .contains("sent      15000 uploads at 200/s, each answered once;")
                .contains("mix       p99 is 1.50 times that without it (wanted 1.5)")
                .endsWith("p99.9 60 ms  with slow=0.05");
    }

    @Test
    void latencies_are_drawn_over_how_rare_they_are(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("results/latency.png");

        LatencyChart.write(List.of(rate(Mix.NONE, 20, 40), rate(Mix.NONE, 20, 41), rate(MIX, 20, 60)), file);

        BufferedImage drawn = ImageIO.read(file.toFile());
        assertThat(drawn.getWidth()).isEqualTo(720);
    }

    @Test
    void each_step_of_the_axis_leaves_ten_times_fewer() {
        assertThat(List.of(0.0, 0.5, 1.0, 2.0, 3.0).stream().map(LatencyChart::share))
                .containsExactly("0 %", "68.4 %", "90 %", "99 %", "99.9 %");
    }

    private static LatencyResult atHalf(RateResult... rates) {
        return result(8, rates);
    }

    private static LatencyResult result(int backlogMillis, RateResult... rates) {
        Throughput capacity = new Throughput(4000, 400, cpu(backlogMillis), 0, 0);
        return new LatencyResult(Optional.of(capacity), List.of(rates), 2);
    }

    /** Of an upload, three of them the broker's and the driver's. */
    private static CpuUse cpu(int millis) {
        return new CpuUse(
                Duration.ofMillis(millis - 3), Duration.ofMillis(3), Duration.ofMillis(2), Duration.ofMillis(1));
    }

    private static RateResult costing(int millis) {
        RateResult rate = rate(Mix.NONE, 19, 40);
        return new RateResult(rate.load(), rate.sent(), 0, 0, cpu(millis), rate.micros(), rate.embedMicros());
    }

    /** 97 of 100 plain uploads took so long, and three the other time. */
    private static RateResult rate(Mix mix, int millis, int rare) {
        Map<Kind, Histogram> micros = new EnumMap<>(Kind.class);
        Histogram inline = new Histogram(4);
        inline.recordValueWithCount(1_000L * millis, 97);
        inline.recordValueWithCount(1_000L * rare, 3);
        micros.put(Kind.INLINE, inline);
        if (mix.has(Kind.SLOW)) {
            Histogram slow = new Histogram(4);
            slow.recordValue(9_004_000);
            micros.put(Kind.SLOW, slow);
        }
        Load load = new Load(200, Duration.ofSeconds(15), Duration.ofSeconds(60), mix, 1);
        return new RateResult(load, 15_000, 0, 0, EACH, micros, Map.of(Kind.SLOW, 12_000_000L));
    }
}

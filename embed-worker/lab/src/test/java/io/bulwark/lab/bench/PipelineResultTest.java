package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.lab.bench.BenchTraffic.CpuUse;
import io.bulwark.lab.bench.BenchTraffic.Latencies;
import io.bulwark.lab.bench.BenchTraffic.Throughput;
import io.bulwark.lab.bench.PartMeter.PartCosts;
import io.bulwark.lab.bench.PipelineRun.PipelineResult;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PipelineResultTest {

    private static final PartCosts PARTS = new PartCosts(1, 3, 1, 5, 1);
    private static final Latencies LATENCIES = new Latencies(20, 40, 60);
    private static final long START = 400L << 20;

    @Test
    void the_bound_is_the_cores_divided_by_the_cpu_time_of_one_image() {
        assertThat(PARTS.sum()).isEqualTo(10);
        assertThat(PARTS.bound(2)).isEqualTo(200);
    }

    @Test
    void nine_tenths_of_the_bound_and_a_steady_memory_hold() {
        assertThat(result(180, START + (10 << 20)).holds()).isTrue();
        assertThat(result(179, START).holds()).isFalse();
        assertThat(result(190, START + (30 << 20)).holds()).isFalse();
    }

    @Test
    void prints_bound_parts_result_latencies_and_memory() {
        assertThat(result(180, START).text())
                .contains("decode 3.00 ms", "embed 5.00 ms", "bound     200.0 images/s (2 cores)")
                .contains("180.0 images/s over 5000 images: 0.90 of the bound")
                .contains(
                        "CPU       an image 14.00 ms: worker 11.00 ms (decoders 4.00), broker 2.00 ms, driver 1.00 ms")
                .contains("p50 20 ms, p95 40 ms, p99 60 ms", "400 MiB", "+0.0 %");
        assertThat(result(180, START).fields())
                .containsEntry("ratio", 0.9)
                .containsEntry("efficiency", 10 / 11.0)
                .containsEntry("brokerMillis", 2.0);
    }

    @Test
    void percentiles_are_by_nearest_rank() {
        long[] hundred =
                LongStream.rangeClosed(1, 100).map(i -> (101 - i) * 1_000_000).toArray();

        assertThat(Latencies.of(hundred)).isEqualTo(new Latencies(50, 95, 99));
        assertThat(Latencies.of(new long[] {7_000_000})).isEqualTo(new Latencies(7, 7, 7));
    }

    @Test
    void random_rows_have_length_one_and_two_labels() {
        assertThat(RandomBank.rows(10, 64)).hasSize(10).allSatisfy(row -> {
            double squares = 0;
            for (float value : row.embedding()) {
                squares += value * value;
            }
            assertThat(squares).isCloseTo(1, within(1e-5));
            assertThat(row.label()).isIn("nsfw", "safe");
        });
    }

    private static PipelineResult result(double rate, long residentEnd) {
        CpuUse each =
                new CpuUse(Duration.ofMillis(11), Duration.ofMillis(4), Duration.ofMillis(2), Duration.ofMillis(1));
        return new PipelineResult(new Throughput(5000, rate, each, START, residentEnd), 2, PARTS, rate / 2, LATENCIES);
    }
}

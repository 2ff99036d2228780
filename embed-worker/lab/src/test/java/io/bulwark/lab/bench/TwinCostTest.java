package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.bench.BenchTraffic.CpuUse;
import io.bulwark.lab.bench.BenchTraffic.Latencies;
import io.bulwark.lab.bench.BenchTraffic.Throughput;
import io.bulwark.lab.bench.PartMeter.PartCosts;
import io.bulwark.lab.bench.PipelineBenchCommand.TwinCost;
import io.bulwark.lab.bench.PipelineRun.PipelineResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TwinCostTest {

    private static final PartCosts PARTS = new PartCosts(1, 3, 1, 5, 1);

    private final TwinCost cost = new TwinCost(result(160, 12, 20, 400), result(80, 22.5, 35, 460));

    @Test
    void what_is_left_is_the_share_of_the_images_a_second_without_a_twin() {
        assertThat(cost.left()).isEqualTo(0.5);
    }

    @Test
    void prints_rate_cpu_latency_and_memory_beside_what_they_were_without() {
        assertThat(cost.text())
                .contains("80.0 images/s over 5000 images: 0.50 of those without")
                .contains("22.50 ms of CPU an image: +10.50 ms")
                .contains("p50 35 ms, p95 70 ms, p99 105 ms", "at 40.0 images/s")
                .contains("460 MiB resident: +60 MiB");
        assertThat(cost.fields())
                .containsEntry("twinShareLeft", 0.5)
                .containsEntry("twinImagesPerSecond", 80.0)
                .containsEntry("twinP95Millis", 70.0);
    }

    private static PipelineResult result(double rate, double cpuMillis, double p50, long mebibytes) {
        Latencies latencies = new Latencies(p50, 2 * p50, 3 * p50);
        CpuUse each =
                new CpuUse(Duration.ofNanos((long) (1e6 * cpuMillis)), Duration.ZERO, Duration.ZERO, Duration.ZERO);
        Throughput throughput = new Throughput(5000, rate, each, mebibytes << 20, mebibytes << 20);
        return new PipelineResult(throughput, 2, PARTS, rate / 2, latencies);
    }
}

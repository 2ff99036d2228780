package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.bench.StartBenchCommand.StartResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartResultTest {

    private static final long WEIGHTS = 350L << 20;

    @Test
    void the_median_of_the_starts_after_the_first_is_judged() {
        assertThat(result(List.of(12_000, 9_000, 8_000), 700, 800).median()).isEqualTo(Duration.ofSeconds(9));
        assertThat(result(List.of(12_000, 9_000, 8_000), 700, 800).holds()).isTrue();
        assertThat(result(List.of(12_000, 8_000), 700, 800).holds()).isFalse();
        assertThat(result(List.of(10_000), 700, 800).holds()).isFalse();
    }

    @Test
    void memory_is_judged_beside_the_weights_when_ready_and_at_work() {
        assertThat(result(List.of(9_000), 874, 874).holds()).isTrue();
        assertThat(result(List.of(9_000), 875, 874).holds()).isFalse();
        assertThat(result(List.of(9_000), 874, 875).holds()).isFalse();
    }

    @Test
    void prints_what_is_wanted_beside_what_is() {
        assertThat(result(List.of(9_500, 8_000, 9_000), 700, 910).text())
                .contains("first     ready after 20.0 s", "others    ready after 9.0 s, 8.0 to 9.5 s in 3 starts")
                .contains("700 MiB resident when ready, 2.00 times the weights of 350 MiB (wanted under 2.5)")
                .contains("910 MiB resident after 200 images, 2.60 times the weights (wanted under 2.5)");
        assertThat(result(List.of(9_000), 700, 910).fields())
                .containsEntry("medianSeconds", 9.0)
                .containsEntry("timesWeights", 2.0)
                .containsEntry("timesWeightsAfter", 2.6);
    }

    private static StartResult result(List<Integer> millis, long readyMebibytes, long workMebibytes) {
        return new StartResult(
                Duration.ofSeconds(20),
                millis.stream().map(Duration::ofMillis).toList(),
                WEIGHTS,
                readyMebibytes << 20,
                200,
                workMebibytes << 20);
    }
}

package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessLimitsTest {

    private static final long MEGA = 1 << 20;

    @Test
    void thereIsAProcessForEachCoreAsFarAsMemoryGoes() {
        assertThat(ProcessLimits.processes(1, 4096 * MEGA)).isEqualTo(1);
        assertThat(ProcessLimits.processes(2, 100 * MEGA)).isEqualTo(2);
        assertThat(ProcessLimits.processes(64, 384 * MEGA)).isEqualTo(2);
        assertThat(ProcessLimits.processes(64, 1024 * MEGA)).isEqualTo(5);
        assertThat(ProcessLimits.processes(16, 8192 * MEGA)).isEqualTo(16);
    }

    @Test
    void theHeapHoldsPixelsTheFileTwiceAndSomeMore() {
        ProcessLimits limits = ProcessLimits.of(
                2, DecodeLimits.standard().withMemoryBytes(200 * MEGA), 20 * MEGA, Duration.ofSeconds(10));
        assertThat(limits.heapBytes()).isBetween(240 * MEGA, 300 * MEGA);
        assertThat(limits.nativeBytes()).isEqualTo(200 * MEGA);
    }

    @Test
    void nothingDoesNotSuffice() {
        assertThatThrownBy(() -> new ProcessLimits(0, 100 * MEGA, 0, Duration.ofSeconds(1)))
                .hasMessageContaining("processes=0");
        assertThatThrownBy(() -> new ProcessLimits(1, 1, 0, Duration.ofSeconds(1)))
                .hasMessageContaining("heapBytes=1");
        assertThatThrownBy(() -> new ProcessLimits(1, 100 * MEGA, 0, Duration.ZERO))
                .hasMessageContaining("deadline");
    }
}

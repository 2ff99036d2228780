package io.bulwark.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.testing.TestConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencySettingsTest {

    @Test
    void all_waits_together_are_the_latency_target() {
        assertThat(of(Map.of("bulwark.latency.target", "100ms")))
                .isEqualTo(new LatencySettings(Duration.ofNanos(2_500_000), Duration.ofNanos(97_500_000), List.of()));
    }

    @Test
    void nothing_waits_where_the_target_is_zero() {
        assertThat(of(Map.of("bulwark.latency.target", "0ms")))
                .isEqualTo(new LatencySettings(Duration.ZERO, Duration.ZERO, List.of()));
    }

    @Test
    void the_former_settings_hold_where_they_are_set_and_are_named() {
        assertThat(of(Map.of("bulwark.batch.linger", "7ms")))
                .isEqualTo(new LatencySettings(
                        Duration.ofMillis(7), Duration.ofMillis(193), List.of("bulwark.batch.linger")));
        assertThat(of(Map.of("bulwark.transaction.linger", "20ms")))
                .isEqualTo(new LatencySettings(
                        Duration.ofMillis(5), Duration.ofMillis(20), List.of("bulwark.transaction.linger")));
    }

    private static LatencySettings of(Map<String, String> settings) {
        return LatencySettings.of(TestConfig.of(settings));
    }
}

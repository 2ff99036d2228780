package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.testing.TestConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoopSettingsTest {

    @Test
    void a_quarter_of_what_may_be_in_flight_is_a_backlog_when_it_waits_at_the_broker() {
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.batch.max-in-flight", "128")))
                        .backlog())
                .isEqualTo(32);
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.batch.max-in-flight", "2")))
                        .backlog())
                .isEqualTo(1);
    }

    @Test
    void answers_wait_for_what_the_latency_target_leaves_them() {
        assertThat(LoopSettings.of(TestConfig.of(Map.of("bulwark.latency.target", "80ms")))
                        .most())
                .isEqualTo(Duration.ofMillis(78));
    }
}

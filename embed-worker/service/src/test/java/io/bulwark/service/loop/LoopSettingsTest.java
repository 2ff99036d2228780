package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.CommitPacing.Last;
import io.bulwark.service.testing.TestConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoopSettingsTest {

    @Test
    void answers_wait_for_company_only_from_a_quarter_of_what_may_be_in_flight() {
        CommitPacing pacing = LoopSettings.of(TestConfig.of(Map.of("bulwark.batch.max-in-flight", "128")), 4)
                .pacing();

        assertThat(pacing.nanosUntilDue(1, 31, 0, Last.NONE)).isZero();
        assertThat(pacing.nanosUntilDue(1, 32, 0, Last.NONE)).isPositive();
    }

    @Test
    void and_only_from_twice_what_the_encoders_take_at_once() {
        CommitPacing pacing = LoopSettings.of(TestConfig.of(Map.of("bulwark.batch.max-in-flight", "128")), 32)
                .pacing();

        assertThat(pacing.nanosUntilDue(1, 65, 0, Last.NONE)).isZero();
        assertThat(pacing.nanosUntilDue(1, 66, 0, Last.NONE)).isPositive();
    }
}

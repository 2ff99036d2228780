package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    private final Recovery recovery = new Recovery(() -> 0);

    @Test
    void the_pause_doubles_from_the_first_to_the_longest() {
        assertThat(Recovery.pause(1)).isEqualTo(Recovery.FIRST_PAUSE).isEqualTo(Duration.ofMillis(50));
        assertThat(Recovery.pause(2)).isEqualTo(Duration.ofMillis(100));
        assertThat(Recovery.pause(7)).isEqualTo(Duration.ofMillis(3_200));
        assertThat(Recovery.pause(8)).isEqualTo(Recovery.LONGEST_PAUSE);
        assertThat(Recovery.pause(1_000)).isEqualTo(Recovery.LONGEST_PAUSE);
    }

    @Test
    void a_commit_that_succeeds_makes_the_next_failure_the_first_again() {
        recovery.failed();
        recovery.failed();
        recovery.committed();
        recovery.failed();

        assertThat(recovery.nanosUntilTry()).isEqualTo(Recovery.FIRST_PAUSE.toNanos());
    }
}

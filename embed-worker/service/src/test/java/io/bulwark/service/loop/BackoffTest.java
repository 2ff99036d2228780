package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(() -> 0);

    @Test
    void the_pause_doubles_from_the_first_to_the_longest() {
        assertThat(Backoff.pause(1)).isEqualTo(Backoff.FIRST_PAUSE).isEqualTo(Duration.ofMillis(50));
        assertThat(Backoff.pause(2)).isEqualTo(Duration.ofMillis(100));
        assertThat(Backoff.pause(7)).isEqualTo(Duration.ofMillis(3_200));
        assertThat(Backoff.pause(8)).isEqualTo(Backoff.LONGEST_PAUSE);
        assertThat(Backoff.pause(1_000)).isEqualTo(Backoff.LONGEST_PAUSE);
    }

    @Test
    void a_commit_that_succeeds_makes_the_next_failure_the_first_again() {
        backoff.failed();
        backoff.failed();
        backoff.committed();
        backoff.failed();

        assertThat(backoff.nanosUntilRecovery()).isEqualTo(Backoff.FIRST_PAUSE.toNanos());
    }
}

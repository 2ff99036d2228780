package io.bulwark.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.process.ProcessLimits;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThreadWatchTest {

    private final AtomicLong now = new AtomicLong();
    private final ThreadWatch watch = new ThreadWatch(now::get);

    @Test
    void a_thread_that_is_too_long_at_one_piece_of_work_is_named() throws InterruptedException {
        Thread stuck = new Thread(watch::begin, "stuck-thread");
        stuck.start();
        stuck.join();

        pass(120);
        assertThat(watch.stuck()).isEmpty();
        pass(1);
        assertThat(watch.stuck())
                .hasValueSatisfying(message -> assertThat(message).contains("stuck-thread", "121 s", "120 s"));
    }

    @Test
    void a_thread_that_begins_new_work_or_rests_is_not_stuck() {
        watch.begin();
        pass(100);
        watch.begin();
        pass(100);
        assertThat(watch.stuck()).isEmpty();
        watch.rest();
        pass(10_000);
        assertThat(watch.stuck()).isEmpty();
    }

    private void pass(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void the_longest_read_of_a_file_is_no_thread_that_is_stuck() {
        Duration longest = new ProcessLimits(1, 1L << 30, 0, ProcessLimits.LONGEST_DEADLINE).longestRead();

        // Beyond that each death of a process takes a few seconds to be told.
        assertThat(longest.plusSeconds(20)).isLessThan(ThreadWatch.LIMIT);
    }
}

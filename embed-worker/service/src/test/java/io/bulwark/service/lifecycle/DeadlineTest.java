package io.bulwark.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 12_345, Long.MAX_VALUE - 10, -1})
    void it_passes_after_the_allowed_time_wherever_the_clock_stands(long start) {
        AtomicLong now = new AtomicLong(start);
        Deadline deadline = Deadline.after(Duration.ofNanos(100), now::get);

        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(100));
        now.addAndGet(99);
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));
        now.addAndGet(1);
        assertThat(deadline.hasPassed()).isTrue();
        now.addAndGet(1_000);
        assertThat(deadline.remaining()).isZero();
        assertThat(deadline.allowed()).isEqualTo(Duration.ofNanos(100));
    }

    @Test
    void a_clock_counts_microseconds_since_an_earlier_reading() {
        AtomicLong now = new AtomicLong(5_000);
        NanoClock clock = now::get;

        assertThat(clock.microsSince(2_000)).isEqualTo(3);
    }
}

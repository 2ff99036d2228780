package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class CommitPacingTest {

    private final CommitPacing pacing = new CommitPacing(64, Duration.ofMillis(100), 10);

    @Example
    void without_answers_there_is_nothing_to_wait_for() {
        assertThat(pacing.nanosUntilDue(0, 0, 0)).isEqualTo(Long.MAX_VALUE);
    }

    @Example
    void an_idle_worker_commits_at_once() {
        assertThat(pacing.nanosUntilDue(1, 9, 0)).isZero();
    }

    @Example
    void a_busy_worker_waits_for_company_as_long_as_it_may_linger() {
        assertThat(pacing.nanosUntilDue(1, 10, 0))
                .isEqualTo(Duration.ofMillis(100).toNanos());
        assertThat(pacing.nanosUntilDue(1, 10, 40_000_000)).isEqualTo(60_000_000);
        assertThat(pacing.nanosUntilDue(1, 10, 100_000_000)).isLessThanOrEqualTo(0);
    }

    @Example
    void a_full_transaction_goes_at_once() {
        assertThat(pacing.nanosUntilDue(64, 1000, 0)).isZero();
    }

    @Property
    void no_answer_waits_longer_than_the_linger(
            @ForAll @IntRange(min = 1, max = 1000) int committable,
            @ForAll @IntRange(max = 1000) int unanswered,
            @ForAll @LongRange(max = 10_000_000_000L) long waited) {
        assertThat(pacing.nanosUntilDue(committable, unanswered, waited) + waited)
                .isLessThanOrEqualTo(Math.max(waited, Duration.ofMillis(100).toNanos()));
    }
}

package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class CommitPacingTest {

    private static final long MILLI = 1_000_000;
    private static final long MOST = 100 * MILLI;

    private final AtomicLong now = new AtomicLong();
    private final CommitPacing pacing = new CommitPacing(64, Duration.ofNanos(MOST), now::get);

    @Example
    void without_answers_there_is_nothing_to_wait_for() {
        assertThat(pacing.nanosUntilDue(0, true)).isEqualTo(Long.MAX_VALUE);
    }

    @Example
    void without_a_backlog_answers_are_committed_at_once_however_long_the_last_commit_took() {
        pacing.committed(3_000 * MILLI);

        assertThat(pacing.nanosUntilDue(1, false)).isZero();
    }

    @Example
    void under_a_backlog_commits_rest_for_a_multiple_of_what_they_take() {
        pacing.committed(2 * MILLI);
        assertThat(pacing.nanosUntilDue(1, true)).isEqualTo(CommitPacing.REST * 2 * MILLI);

        now.addAndGet(30 * MILLI);
        assertThat(pacing.nanosUntilDue(3, true)).isEqualTo(CommitPacing.REST * 2 * MILLI - 30 * MILLI);
        now.addAndGet(30 * MILLI);
        assertThat(pacing.nanosUntilDue(3, true)).isZero();
    }

    @Example
    void one_slow_commit_among_quick_ones_does_not_make_the_next_answers_wait() {
        for (int i = 0; i < 4; i++) {
            pacing.committed(MILLI);
        }
        pacing.committed(3_000 * MILLI);

        assertThat(pacing.nanosUntilDue(1, true)).isEqualTo(CommitPacing.REST * MILLI);
    }

    @Example
    void what_commits_took_long_ago_is_forgotten() {
        for (int i = 0; i < CommitPacing.REMEMBERED; i++) {
            pacing.committed(5 * MILLI);
        }
        for (int i = 0; i < CommitPacing.REMEMBERED; i++) {
            pacing.committed(MILLI);
        }

        assertThat(pacing.nanosUntilDue(1, true)).isEqualTo(CommitPacing.REST * MILLI);
    }

    @Example
    void a_full_transaction_goes_at_once() {
        pacing.committed(5 * MILLI);

        assertThat(pacing.nanosUntilDue(64, true)).isZero();
    }

    @Property
    void no_answer_waits_longer_than_the_most(
            @ForAll @IntRange(min = 1, max = 1000) int committable,
            @ForAll @LongRange(max = 10_000_000_000L) long took,
            @ForAll @LongRange(max = 10_000_000_000L) long waited) {
        pacing.committed(took);
        pacing.nanosUntilDue(committable, true);
        now.addAndGet(waited);

        assertThat(pacing.nanosUntilDue(committable, true) + waited).isLessThanOrEqualTo(Math.max(waited, MOST));
    }

    @Property
    void fewer_answers_than_those_waited_for_change_nothing(@ForAll @IntRange(min = 1, max = 63) int committable) {
        pacing.committed(5 * MILLI);
        int needed = pacing.answersUntilDue(committable);

        assertThat(pacing.nanosUntilDue(committable + needed - 1, true)).isPositive();
        assertThat(pacing.nanosUntilDue(committable + needed, true)).isZero();
    }

    @Example
    void the_first_answer_is_always_news() {
        assertThat(pacing.answersUntilDue(0)).isEqualTo(1);
    }
}

package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.CommitPacing.Load;
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
        assertThat(pacing.nanosUntilDue(0, Load.BACKLOG)).isEqualTo(Long.MAX_VALUE);
    }

    @Example
    void while_nothing_else_is_worked_on_answers_are_committed_at_once_however_long_the_last_commit_took() {
        pacing.committed(3_000 * MILLI);

        assertThat(pacing.nanosUntilDue(1, Load.IDLE)).isZero();
    }

    @Example
    void without_a_backlog_commits_rest_for_a_smaller_multiple_of_what_they_take() {
        pacing.committed(2 * MILLI);
        assertThat(pacing.nanosUntilDue(1, Load.LIGHT))
                .isEqualTo(Load.LIGHT.restNanos(2 * MILLI))
                .isLessThan(Load.BACKLOG.restNanos(2 * MILLI));

        now.addAndGet(Load.LIGHT.restNanos(2 * MILLI) - MILLI);
        assertThat(pacing.nanosUntilDue(3, Load.LIGHT)).isEqualTo(MILLI);
    }

    @Example
    void an_answer_that_comes_after_the_rest_waits_for_nothing() {
        pacing.committed(2 * MILLI);
        assertThat(pacing.nanosUntilDue(0, Load.LIGHT)).isEqualTo(Long.MAX_VALUE);
        now.addAndGet(Load.LIGHT.restNanos(2 * MILLI));

        assertThat(pacing.nanosUntilDue(1, Load.LIGHT)).isZero();
    }

    @Example
    void the_slowest_broker_makes_no_answer_wait_long_without_a_backlog() {
        pacing.committed(3_000 * MILLI);
        assertThat(pacing.nanosUntilDue(1, Load.LIGHT))
                .isEqualTo(Load.LIGHT.most().toNanos());

        now.addAndGet(Load.LIGHT.most().toNanos());
        assertThat(pacing.nanosUntilDue(1, Load.LIGHT)).isZero();
        assertThat(pacing.nanosUntilDue(1, Load.BACKLOG)).isPositive();
    }

    @Example
    void under_a_backlog_commits_rest_for_a_multiple_of_what_they_take() {
        pacing.committed(2 * MILLI);
        assertThat(pacing.nanosUntilDue(1, Load.BACKLOG)).isEqualTo(Load.BACKLOG.restNanos(2 * MILLI));

        now.addAndGet(30 * MILLI);
        assertThat(pacing.nanosUntilDue(3, Load.BACKLOG)).isEqualTo(Load.BACKLOG.restNanos(2 * MILLI) - 30 * MILLI);
        now.addAndGet(30 * MILLI);
        assertThat(pacing.nanosUntilDue(3, Load.BACKLOG)).isZero();
    }

    @Example
    void one_slow_commit_among_quick_ones_does_not_make_the_next_answers_wait() {
        for (int i = 0; i < 4; i++) {
            pacing.committed(MILLI);
        }
        pacing.committed(3_000 * MILLI);

        assertThat(pacing.nanosUntilDue(1, Load.BACKLOG)).isEqualTo(Load.BACKLOG.restNanos(MILLI));
    }

    @Example
    void what_commits_took_long_ago_is_forgotten() {
        for (int i = 0; i < CommitPacing.REMEMBERED; i++) {
            pacing.committed(5 * MILLI);
        }
        for (int i = 0; i < CommitPacing.REMEMBERED; i++) {
            pacing.committed(MILLI);
        }

        assertThat(pacing.nanosUntilDue(1, Load.BACKLOG)).isEqualTo(Load.BACKLOG.restNanos(MILLI));
    }

    @Example
    void a_full_transaction_goes_at_once() {
        pacing.committed(5 * MILLI);

        assertThat(pacing.nanosUntilDue(64, Load.BACKLOG)).isZero();
    }

    @Property
    void no_answer_waits_longer_than_the_most(
            @ForAll Load load,
            @ForAll @IntRange(min = 1, max = 1000) int committable,
            @ForAll @LongRange(max = 10_000_000_000L) long took,
            @ForAll @LongRange(max = 10_000_000_000L) long waited) {
        pacing.committed(took);
        pacing.nanosUntilDue(committable, load);
        now.addAndGet(waited);

        long most = Math.min(MOST, load.most().toNanos());
        assertThat(pacing.nanosUntilDue(committable, load) + waited).isLessThanOrEqualTo(Math.max(waited, most));
    }

    @Property
    void fewer_answers_than_those_waited_for_change_nothing(@ForAll @IntRange(min = 1, max = 63) int committable) {
        pacing.committed(5 * MILLI);
        int needed = pacing.answersUntilDue(committable);

        assertThat(pacing.nanosUntilDue(committable + needed - 1, Load.BACKLOG)).isPositive();
        assertThat(pacing.nanosUntilDue(committable + needed, Load.BACKLOG)).isZero();
    }

    @Example
    void the_first_answer_is_always_news() {
        assertThat(pacing.answersUntilDue(0)).isEqualTo(1);
    }
}

package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.loop.CommitPacing.Last;
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
        assertThat(pacing.nanosUntilDue(0, 0, 0, Last.NONE)).isEqualTo(Long.MAX_VALUE);
    }

    @Example
    void an_idle_worker_commits_at_once() {
        assertThat(pacing.nanosUntilDue(1, 9, 0, Last.NONE)).isZero();
    }

    @Example
    void commits_in_a_row_rest_twice_as_long_as_they_take() {
        assertThat(pacing.nanosUntilDue(1, 5, 0, new Last(8_000_000, 0))).isEqualTo(16_000_000);
        assertThat(pacing.nanosUntilDue(3, 5, 0, new Last(8_000_000, 10_000_000)))
                .isEqualTo(6_000_000);
        assertThat(pacing.nanosUntilDue(3, 5, 0, new Last(8_000_000, 16_000_001)))
                .isZero();
    }

    @Example
    void after_a_slow_commit_no_answer_waits_longer_than_the_linger() {
        assertThat(pacing.nanosUntilDue(1, 5, 30_000_000, new Last(3_000_000_000L, 0)))
                .isEqualTo(70_000_000);
    }

    @Example
    void a_busy_worker_waits_for_company_as_long_as_it_may_linger() {
        assertThat(pacing.nanosUntilDue(1, 10, 0, Last.NONE))
                .isEqualTo(Duration.ofMillis(100).toNanos());
        assertThat(pacing.nanosUntilDue(1, 10, 40_000_000, Last.NONE)).isEqualTo(60_000_000);
        assertThat(pacing.nanosUntilDue(1, 10, 100_000_000, Last.NONE)).isLessThanOrEqualTo(0);
    }

    @Example
    void a_full_transaction_goes_at_once() {
        assertThat(pacing.nanosUntilDue(64, 1000, 0, Last.NONE)).isZero();
    }

    @Property
    void no_answer_waits_longer_than_the_linger(
            @ForAll @IntRange(min = 1, max = 1000) int committable,
            @ForAll @IntRange(max = 1000) int unanswered,
            @ForAll @LongRange(max = 10_000_000_000L) long waited) {
        assertThat(pacing.nanosUntilDue(committable, unanswered, waited, Last.NONE) + waited)
                .isLessThanOrEqualTo(Math.max(waited, Duration.ofMillis(100).toNanos()));
    }

    @Property
    void fewer_answers_than_those_waited_for_change_nothing(
            @ForAll @IntRange(min = 1, max = 63) int committable,
            @ForAll @IntRange(min = 10, max = 1000) int unanswered) {
        int needed = pacing.answersUntilDue(committable, unanswered);

        assertThat(pacing.nanosUntilDue(committable + needed - 1, unanswered - needed + 1, 0, Last.NONE))
                .isPositive();
        assertThat(pacing.nanosUntilDue(committable + needed, unanswered - needed, 0, Last.NONE))
                .isZero();
    }

    @Example
    void the_first_answer_is_always_news() {
        assertThat(pacing.answersUntilDue(0, 500)).isEqualTo(1);
        assertThat(pacing.answersUntilDue(0, 1)).isEqualTo(1);
    }
}

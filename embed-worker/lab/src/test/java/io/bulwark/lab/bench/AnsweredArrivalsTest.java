package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.bench.Arrivals.AnsweredArrivals;
import io.bulwark.lab.bench.Mix.Kind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnsweredArrivalsTest {

    private static final long BEGIN = -5_000_000_000L;

    private final Arrivals arrivals = Arrivals.poisson(100, Duration.ofSeconds(1), Mix.NONE, 1);

    /** A sender that was held up for a second has every upload of that second late, however fast the verdicts were then. */
    @Test
    void time_counts_from_the_moment_that_an_upload_was_due() {
        AnsweredArrivals answers = new AnsweredArrivals("run-", arrivals, BEGIN, 0);

        assertThat(answers.take("run-3", 500, BEGIN + arrivals.dueNanos(3) + 1_000_000_000L))
                .isTrue();

        assertThat(answers.micros().get(Kind.INLINE).getMaxValue() / 1000).isEqualTo(1_000);
    }

    @Test
    void a_second_verdict_and_one_of_another_run_do_not_count() {
        AnsweredArrivals answers = new AnsweredArrivals("run-", arrivals, BEGIN, 0);
        answers.take("run-3", 500, BEGIN + 1_000_000_000L);

        assertThat(answers.take("run-3", 500, BEGIN + 2_000_000_000L)).isFalse();
        assertThat(answers.take("other-4", 500, BEGIN + 2_000_000_000L)).isFalse();

        assertThat(answers.duplicates()).isEqualTo(1);
        assertThat(answers.missing()).isEqualTo(arrivals.size() - 1);
        assertThat(answers.micros().get(Kind.INLINE).getTotalCount()).isEqualTo(1);
    }

    @Test
    void what_is_due_while_the_worker_settles_is_awaited_but_its_time_does_not_count() {
        AnsweredArrivals answers = new AnsweredArrivals("run-", arrivals, BEGIN, arrivals.dueNanos(10));
        for (int i = 0; i < arrivals.size(); i++) {
            assertThat(answers.isComplete()).isFalse();
            answers.take("run-" + i, 500, BEGIN + 2_000_000_000L);
        }

        assertThat(answers.isComplete()).isTrue();
        assertThat(answers.micros().get(Kind.INLINE).getTotalCount()).isEqualTo(arrivals.size() - 10);
        assertThat(answers.embedMicros()).containsExactly(Map.entry(Kind.INLINE, 500L * (arrivals.size() - 10)));
    }
}

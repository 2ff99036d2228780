package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.audit.TwinSample.TwinBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TwinBudgetTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7); // a clock may overflow

    @Test
    void some_are_asked_about_in_each_minute_however_few_come() {
        TwinBudget budget = new TwinBudget(0.01, now::get);
        assertThat(taken(budget, 100)).isEqualTo(TwinBudget.LEAST);

        now.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
        assertThat(taken(budget, 100)).isZero();
        now.incrementAndGet();
        assertThat(taken(budget, 100)).isEqualTo(TwinBudget.LEAST);
    }

    @Test
    void where_many_come_it_is_a_multiple_of_the_sample() {
        TwinBudget budget = new TwinBudget(0.01, now::get);
        IntStream.range(0, 10_000).forEach(each -> budget.sees());

        assertThat(taken(budget, 10_000)).isEqualTo(TwinBudget.TIMES * 100);
    }

    private static long taken(TwinBudget budget, int asked) {
        return IntStream.range(0, asked).filter(each -> budget.takes()).count();
    }
}

package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LendingTest {

    private final List<String> freed = new ArrayList<>();
    private final Lending<String> lending = new Lending<>(freed::add);

    @Test
    void a_loan_that_is_closed_twice_counts_once() {
        lending.put("first");
        Lending<String>.Loan one = lending.borrow().orElseThrow();
        Lending<String>.Loan other = lending.borrow().orElseThrow();
        lending.put("second");

        one.close();
        one.close();
        assertThat(freed).isEmpty();
        other.close();
        assertThat(freed).containsExactly("first");
        other.close();
        assertThat(freed).containsExactly("first");
    }

    @Test
    void what_is_put_after_the_end_is_freed_at_once() {
        lending.put("first");
        lending.close();

        assertThat(lending.put("late")).isFalse();
        assertThat(lending.borrow()).isEmpty();
        lending.close();
        assertThat(freed).containsExactly("first", "late");
    }
}

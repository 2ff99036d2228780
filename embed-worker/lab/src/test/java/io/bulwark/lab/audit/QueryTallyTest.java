package io.bulwark.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.robustness.attack.upload.QueryAttack.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryTallyTest {

    @Test
    void the_share_of_what_passed_has_its_interval_and_the_median_of_its_queries() {
        QueryTally tally = new QueryTally(QueryTally.Kind.SQUARE, false);
        tally.add(new Outcome(true, 30));
        tally.add(new Outcome(true, 10));
        tally.add(new Outcome(true, 20));
        tally.add(new Outcome(false, 1000));

        assertThat(tally.text()).contains("square", "without index", "passed 3 of 4", "0.750 [", "median 20 queries");
        assertThat(tally.fields()).containsEntry("passed", 3).containsEntry("medianQueries", 20L);
    }

    @Test
    void what_counts_is_the_attack_that_fares_best() {
        QueryTally square = new QueryTally(QueryTally.Kind.SQUARE, true);
        QueryTally gradients = new QueryTally(QueryTally.Kind.GRADIENTS, true);
        QueryTally without = new QueryTally(QueryTally.Kind.SQUARE, false);
        square.add(new Outcome(false, 1000));
        gradients.add(new Outcome(true, 150));
        without.add(new Outcome(true, 20));

        assertThat(QueryTally.worst(List.of(square, gradients, without)))
                .hasValueSatisfying(
                        worst -> assertThat(worst).contains("gradients, 1.000 [", "without: square, 1.000"));
        assertThat(QueryTally.worst(List.of(without))).isEmpty();
    }

    @Test
    void where_nothing_passed_there_is_no_median() {
        QueryTally tally = new QueryTally(QueryTally.Kind.HOPSKIPJUMP_OARS, true);
        tally.add(new Outcome(false, 1000));

        assertThat(tally.text())
                .contains("hopskipjump-oars", "with index", "passed 0 of 1")
                .doesNotContain("median");
        assertThat(tally.fields()).doesNotContainKey("medianQueries");
    }
}

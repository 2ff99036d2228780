package io.bulwark.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.robustness.attack.upload.QueryAttack.Outcome;
import org.junit.jupiter.api.Test;

class QueryTallyTest {

    @Test
    void the_share_of_what_passed_has_its_interval_and_the_median_of_its_queries() {
        QueryTally tally = new QueryTally(true, false, false);
        tally.add(new Outcome(true, 30));
        tally.add(new Outcome(true, 10));
        tally.add(new Outcome(true, 20));
        tally.add(new Outcome(false, 1000));

        assertThat(tally.text()).contains("square", "without index", "passed 3 of 4", "0.750 [", "median 20 queries");
        assertThat(tally.fields()).containsEntry("passed", 3).containsEntry("medianQueries", 20L);
    }

    @Test
    void where_nothing_passed_there_is_no_median() {
        QueryTally tally = new QueryTally(false, true, true);
        tally.add(new Outcome(false, 1000));

        assertThat(tally.text())
                .contains("hopskipjump-oars", "with index", "passed 0 of 1")
                .doesNotContain("median");
        assertThat(tally.fields()).doesNotContainKey("medianQueries");
    }
}

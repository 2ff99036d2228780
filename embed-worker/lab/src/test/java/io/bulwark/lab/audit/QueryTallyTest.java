package io.bulwark.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.audit.QueryTally.QueryEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class QueryTallyTest {

    /** Without the index: 30, 10, 20, none. With it: none, 90, none, none. */
    private static final QueryTally SQUARE = tally("square", new long[] {30, 10, 20, 0}, new long[] {0, 90, 0, 0});

    private static final QueryTally OARS = tally("square-oars", new long[] {5, 900, 0, 0}, new long[] {40, 0, 0, 0});

    @Test
    void the_share_that_passed_is_told_by_uploads() {
        assertThat(QueryTally.passed(SQUARE.without(), 1000).toString()).startsWith("0.750 [");
        assertThat(QueryTally.passed(SQUARE.without(), 20).value()).isEqualTo(0.5);
        assertThat(QueryTally.passed(SQUARE.without(), 9).value()).isZero();
        assertThat(QueryTally.median(SQUARE.without())).hasValue(20);
        assertThat(QueryTally.median(tally("none", new long[1], new long[1]).with()))
                .isEmpty();
    }

    @Test
    void of_several_attacks_the_one_counts_that_wins_first() {
        QueryTally best = QueryTally.best("best", List.of(SQUARE, OARS));

        assertThat(best.without()).extracting(QueryEntry::queries).containsExactly(5L, 10L, 20L, 1000L);
        assertThat(best.with()).extracting(QueryEntry::passed).containsExactly(true, true, false, false);
        assertThat(best.ratio().value()).isEqualTo(2 / 3.0);
        assertThat(best.ratio(80).value()).isEqualTo(1 / 3.0);
    }

    @Test
    void the_table_has_both_workers_and_what_a_campaign_leaves() {
        QueryTable table = new QueryTable("about", List.of(SQUARE, OARS), 1000, 80);

        assertThat(table.markdown())
                .contains(
                        "| attack | index | passed within 10 | passed within 100 | passed within 1000 | with fewer than 80 |",
                        "| square | without | 0.250 [",
                        "| 3 of 3 | 20 | 25 % | 2.0 |",
                        "| best of them, each alone | with |",
                        "| square | 0.333 [",
                        "| 0.000 [0.000, ");
        StringWriter printed = new StringWriter();
        new Output("audit evaluate", true, new PrintWriter(printed), new PrintWriter(printed)).print("", table.json());
        assertThat(printed.toString()).contains("\"passedBeforeCampaign\":3", "\"ratioWithCampaigns\"");
        assertThat(new QueryTable("about", List.of(tally("none", new long[1], new long[1])), 10, 80).markdown())
                .contains("nothing passed");
    }

    @Test
    void the_joint_attack_which_has_to_be_silent_is_not_compared_with_the_others() {
        QueryTally joint = tally("joint", new long[] {1, 1, 1, 1}, new long[] {1, 1, 1, 1});
        QueryTally gradients = tally("gradients", new long[] {0, 0, 0, 3}, new long[4]);

        assertThat(names(SQUARE, joint)).containsExactly("square", "joint");
        assertThat(names(SQUARE, OARS, joint))
                .containsExactly("square", "square-oars", "joint", "best of them, each alone");
        QueryTable table = new QueryTable("about", List.of(SQUARE, OARS, gradients, joint), 1000, 80);
        assertThat(table.json().get("rows"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .filteredOn(row -> row.get("attack").toString().startsWith("best of"))
                .extracting(row -> row.get("attack"), row -> row.get("index"), row -> row.get("passed"))
                .containsExactly(
                        tuple("best of square, each alone", false, 3L),
                        tuple("best of square, each alone", true, 2L),
                        tuple("best of them, each alone", false, 4L),
                        tuple("best of them, each alone", true, 2L));
    }

    private static List<Object> names(QueryTally... tallies) {
        Object rows = new QueryTable("about", List.of(tallies), 1000, 80).json().get("ratios");
        return ((List<?>) rows)
                .stream().map(row -> ((Map<?, ?>) row).get("attack")).collect(Collectors.toList());
    }

    private static QueryTally tally(String name, long[] without, long[] with) {
        Map<Boolean, long[]> queries = Map.of(false, without, true, with);
        List<List<QueryEntry>> entries = new ArrayList<>();
        for (boolean index : new boolean[] {false, true}) {
            List<QueryEntry> of = new ArrayList<>();
            for (long asked : queries.get(index)) {
                String picture = Integer.toString(of.size());
                boolean passed = asked > 0;
                long all = passed ? asked : 1000;
                of.add(new QueryEntry(picture, name, index, passed, all, all / 4, 2));
            }
            entries.add(of);
        }
        return new QueryTally(name, entries.get(0), entries.get(1));
    }
}

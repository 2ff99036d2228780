package io.bulwark.lab.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.terminal.Output;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        QueryTally any = QueryTally.any("any", List.of(SQUARE, OARS));

        assertThat(any.without()).extracting(QueryEntry::queries).containsExactly(5L, 10L, 20L, 1000L);
        assertThat(any.with()).extracting(QueryEntry::passed).containsExactly(true, true, false, false);
        assertThat(any.ratio().value()).isEqualTo(2 / 3.0);
        assertThat(any.ratio(80).value()).isEqualTo(1 / 3.0);
    }

    @Test
    void the_table_has_both_workers_and_what_a_campaign_leaves() {
        QueryTable table = new QueryTable("about", List.of(SQUARE, OARS), 1000, 80);

        assertThat(table.markdown())
                .contains(
                        "| attack | index | passed within 10 | passed within 100 | passed within 1000 | with fewer than 80 |",
                        "| square | without | 0.250 [",
                        "| 3 of 3 | 20 | 25 % | 2.0 |",
                        "| any of them | with |",
                        "| square | 0.333 [",
                        "| 0.000 [0.000, ");
        StringWriter printed = new StringWriter();
        new Output("audit evaluate", true, new PrintWriter(printed), new PrintWriter(printed)).print("", table.json());
        assertThat(printed.toString()).contains("\"passedBeforeCampaign\":3", "\"ratioWithCampaigns\"");
        assertThat(new QueryTable("about", List.of(tally("none", new long[1], new long[1])), 10, 80).markdown())
                .contains("nothing passed");
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

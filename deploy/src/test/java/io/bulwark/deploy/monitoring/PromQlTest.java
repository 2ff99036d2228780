package io.bulwark.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.deploy.monitoring.PromQl.Selector;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromQlTest {

    @Test
    void aPlainMetricIsASelector() {
        assertThat(PromQl.of("bulwark_bank_size").selectors())
                .containsExactly(new Selector("bulwark_bank_size", Map.of()));
    }

    @Test
    void functionsAggregationsAndNumbersAreNot() {
        PromQl parts = PromQl.of(
                "histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m]))) / clamp_min(max(y), 1e3) > 60");
        assertThat(parts.selectors()).extracting(Selector::metric).containsExactly("x_bucket", "y");
        assertThat(parts.groupings()).containsExactly("job", "le");
    }

    @Test
    void matchersAreReadWithTheirValuesWhereTheseAreFixed() {
        assertThat(PromQl.of("rate(m{a=\"x,y}\", b=~\"u|v\", c!='w'}[$__rate_interval] offset 5m)")
                        .selectors())
                .containsExactly(new Selector("m", Map.of("a", "x,y}", "b", "", "c", "")));
    }

    @Test
    void matchingOfTwoSidesNamesLabels() {
        PromQl parts = PromQl.of("a / on (pod) group_left (model) b unless ignoring (x) c or count without (y) (d)");
        assertThat(parts.selectors()).extracting(Selector::metric).containsExactly("a", "b", "c", "d");
        assertThat(parts.groupings()).containsExactly("model", "pod", "x", "y");
    }

    @Test
    void aListMayStandBehindTheAggregation() {
        PromQl parts = PromQl.of("sum(rate(a[5m])) by (z)");
        assertThat(parts.selectors()).extracting(Selector::metric).containsExactly("a");
        assertThat(parts.groupings()).containsExactly("z");
    }

    @Test
    void commentsNameNothing() {
        assertThat(PromQl.of("a # b{c=\"d\"}\n + e").selectors())
                .extracting(Selector::metric)
                .containsExactly("a", "e");
    }
}

package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.experiment.FileBootstrap.GroupedMean;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupedMeanTest {

    @Test
    void scoresOfOneFileCountAsOneDraw() {
        List<Double> scores = new ArrayList<>();
        List<String> each = new ArrayList<>();
        List<String> four = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            scores.add((double) (i % 4 < 2 ? 0 : 1));
            each.add("file " + i);
            four.add("file " + i % 4);
        }

        GroupedMean independent = GroupedMean.of(scores, each, 1);
        GroupedMean grouped = GroupedMean.of(scores, four, 1);

        assertThat(independent.value()).isCloseTo(0.5, within(1e-9));
        assertThat(grouped.value()).isCloseTo(0.5, within(1e-9));
        assertThat(grouped.files()).isEqualTo(4);
        assertThat(grouped.high() - grouped.low()).isGreaterThan(2 * (independent.high() - independent.low()));
        // The binomial's deviation is sqrt(0.25 / 40), 1.96 of which are 0.155.
        assertThat(independent.high() - independent.low()).isCloseTo(2 * 0.155, within(0.06));
    }

    @Test
    void equalScoresHaveNoSpread() {
        assertThat(GroupedMean.of(List.of(0.25, 0.25), List.of("a", "b"), 1)).hasToString("0.250 [0.250, 0.250]");
    }

    @Test
    void noScoreHasNoMean() {
        assertThatThrownBy(() -> GroupedMean.of(List.of(), List.of(), 1)).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.bulwark.lab.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.explain.ImportanceMap.RankCorrelation;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {

    @Test
    void anOrderCorrelatesWithItselfAndNotWithItsReverse() {
        double[] rising = {1, 5, 7, 100};

        assertThat(RankCorrelation.of(rising, new double[] {-3, 0, 0.5, 0.6})).isCloseTo(1, within(1e-12));
        assertThat(RankCorrelation.of(rising, new double[] {4, 3, 2, 1})).isCloseTo(-1, within(1e-12));
    }

    @Test
    void equalValuesShareTheirRank() {
        // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / sqrt(4.5 * 5).
        assertThat(RankCorrelation.of(new double[] {1, 2, 2, 3}, new double[] {1, 2, 3, 4}))
                .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
        assertThat(RankCorrelation.of(new double[] {2, 2}, new double[] {1, 2})).isZero();
    }

    @Test
    void valuesOfTwoLengthsHaveNone() {
        assertThatThrownBy(() -> RankCorrelation.of(new double[] {1, 2}, new double[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package io.bulwark.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.report.Share.Proportion;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProportionTest {

    /** SciPy 1.17: {@code binomtest(81, 100).proportion_ci(method="wilson")}, and of 0 in 500. */
    @Test
    void theIntervalIsThatOfSciPy() {
        Proportion most = Proportion.of(81, 100);
        assertThat(most.low()).isCloseTo(0.7222115462093562, within(1e-12));
        assertThat(most.high()).isCloseTo(0.8748524849023126, within(1e-12));

        Proportion none = Proportion.of(0, 500);
        assertThat(none.low()).isCloseTo(0, within(1e-12));
        assertThat(none.high()).isCloseTo(0.007624340461552241, within(1e-12));
    }

    @Property
    void theIntervalHoldsTheMeanAndLiesBetweenNoneAndAll(
            @ForAll @IntRange(max = 1000) int right, @ForAll @IntRange(max = 1000) int wrong) {
        if (right + wrong > 0) {
            Proportion proportion = Proportion.of(right, right + wrong);
            assertThat(proportion.low()).isBetween(0.0, proportion.value() + 1e-12);
            assertThat(proportion.high()).isBetween(proportion.value() - 1e-12, 1.0);
        }
    }

    @Test
    void moreQuestionsNarrowTheInterval() {
        Proportion few = Proportion.of(8, 10);
        Proportion many = Proportion.of(800, 1000);

        assertThat(many.high() - many.low()).isLessThan((few.high() - few.low()) / 5);
    }

    @Test
    void itIsWrittenWithItsInterval() {
        assertThat(Proportion.mean(List.of(1.0, 0.5, 1.0, 0.0))).hasToString("0.625 [0.219, 0.908]");
    }

    @Test
    void aSumOfMoreThanTheQuestionsIsNoProportion() {
        assertThatThrownBy(() -> new Proportion(11, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("11.0 over 10");
        assertThatThrownBy(() -> Proportion.mean(List.of())).hasMessageContaining("at least one question");
    }
}

package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.train.Recipe.LearningRate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearningRateTest {

    @Test
    void asTheFareCodeHasItTheFirstStepIsTakenAtTheFullRate() {
        LearningRate rate = LearningRate.cosineAfterSteps(1e-3, 3, 6);

        assertThat(IntStream.range(0, 5).mapToDouble(rate::at).toArray())
                .containsExactly(new double[] {1e-3, 2e-3 / 3, 1e-3, 1e-3, 0.75e-3}, within(1e-12));
    }

    @Test
    void aWarmUpRisesFromTheFirstStepAndTheCosineFallsFromThere() {
        LearningRate rate = LearningRate.cosine(1, 10, 110);

        assertThat(rate.at(0)).isCloseTo(0.1, within(1e-12));
        assertThat(rate.at(9)).isCloseTo(1, within(1e-12));
        assertThat(rate.at(60)).isCloseTo(0.5, within(1e-12));
        assertThat(IntStream.range(10, 110).mapToDouble(rate::at).toArray())
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(rate.at(109)).isPositive().isLessThan(1e-3);
    }
}

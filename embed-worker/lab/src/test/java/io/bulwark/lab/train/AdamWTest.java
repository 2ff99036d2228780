package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.train.AdamW.TrainedRange;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdamWTest {

    private static final double RATE = 1e-3;
    private static final double DECAY = 1e-4;
    private static final int WEIGHTS = 64;
    private static final int STEPS = 5;

    @Test
    void stepsAreThoseOfTheFormulaToTheLastBitsOfAFloat() {
        Random random = new Random(3);
        float[] weights = new float[WEIGHTS];
        double[] exact = new double[WEIGHTS];
        double[] mean = new double[WEIGHTS];
        double[] square = new double[WEIGHTS];
        AdamW adam = new AdamW(new float[WEIGHTS], new float[WEIGHTS], 0, DECAY);

        for (int step = 1; step <= STEPS; step++) {
            float[] gradient = new float[WEIGHTS];
            for (int i = 0; i < WEIGHTS; i++) {
                gradient[i] = (float) random.nextGaussian();
                // Loshchilov and Hutter, algorithm 2, in double precision.
                mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
                square[i] = 0.999 * square[i] + 0.001 * gradient[i] * gradient[i];
                double corrected = mean[i] / (1 - Math.pow(0.9, step));
                double root = Math.sqrt(square[i] / (1 - Math.pow(0.999, step)));
                exact[i] -= RATE * (corrected / (root + 1e-8) + DECAY * exact[i]);
            }
            adam.step(weights, gradient, all(), RATE);
        }

        // A millionth of a step: 1 - 0.999f instead of 0.001f would take each 2e-5 too short.
        for (int i = 0; i < WEIGHTS; i++) {
            assertThat((double) weights[i]).isCloseTo(exact[i], within(RATE * 1e-6 * STEPS));
        }
        assertThat(weights).doesNotContain(0);
    }

    @Test
    void aRecipeMayForgetGradientsSooner() {
        float[] weights = {0};
        AdamW adam = new AdamW(new float[1], new float[1], 0, 0, 0.5);

        adam.step(weights, new float[] {1}, RATE);
        adam.step(weights, new float[] {-1}, RATE);

        // The first step is a whole one; then the mean is (0.25 - 0.5) / (1 - 0.25).
        assertThat((double) weights[0]).isCloseTo(RATE * (-1 + 1 / 3.0), within(1e-9));
    }

    @Test
    void aHeadStaysWhereItIs() {
        float[] weights = {1, 1};
        List<TensorPlace> places =
                List.of(new TensorPlace("body", List.of(1L), 0, false), new TensorPlace("head", List.of(1L), 1, true));

        new AdamW(new float[2], new float[2], 0, DECAY)
                .step(weights, new float[] {1, 1}, TrainedRange.of(places, false), RATE);

        assertThat(weights[0]).isLessThan(1);
        assertThat(weights[1]).isEqualTo(1);
    }

    @Test
    void aHeadThatIsTrainedTooMovesLikeTheRest() {
        float[] weights = {1, 1};
        List<TensorPlace> places =
                List.of(new TensorPlace("body", List.of(1L), 0, false), new TensorPlace("head", List.of(1L), 1, true));

        new AdamW(new float[2], new float[2], 0, DECAY)
                .step(weights, new float[] {1, 1}, TrainedRange.of(places, true), RATE);

        assertThat(weights[1]).isEqualTo(weights[0]).isLessThan(1);
    }

    private static TrainedRange all() {
        return TrainedRange.of(List.of(new TensorPlace("all", List.of((long) WEIGHTS), 0, false)), false);
    }
}

package io.bulwark.lab.attack.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;

/** Holds the slopes of a loss to difference quotients. */
final class Slopes {

    private static final float STEP = 1e-3f;

    private Slopes() {}

    /** Along the slope itself and along some random directions, in every row. */
    static void check(EmbeddingLoss loss, float[] embeddings, int[] samples, double tolerance) {
        int dimension = embeddings.length / samples.length;
        float[] slope = loss.evaluate(embeddings, samples).slope();
        Random random = new Random(1);
        for (int row = 0; row < samples.length; row++) {
            for (int attempt = 0; attempt < 4; attempt++) {
                float[] direction = new float[dimension];
                double expected = 0;
                for (int d = 0; d < dimension; d++) {
                    direction[d] = (float) random.nextGaussian();
                    expected += (double) slope[row * dimension + d] * direction[d];
                }
                double ahead = at(loss, embeddings, samples, row, direction, STEP);
                double behind = at(loss, embeddings, samples, row, direction, -STEP);
                assertThat((ahead - behind) / (2 * STEP)).isCloseTo(expected, within(tolerance));
            }
        }
    }

    private static double at(
            EmbeddingLoss loss, float[] embeddings, int[] samples, int row, float[] direction, float step) {
        float[] moved = embeddings.clone();
        for (int d = 0; d < direction.length; d++) {
            moved[row * direction.length + d] += step * direction[d];
        }
        return loss.evaluate(moved, samples).scores().losses()[row];
    }
}

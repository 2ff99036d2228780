package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.Oracle;

/**
 * The squared Euclidean distance, summed over dimensions, of un-normalised embeddings from given ones: FARE's loss
 * (Schlarmann, Singh, Croce, Hein, "Robust CLIP", ICML 2024, equation 3). Raised, it drives pictures away from what
 * they were; {@linkplain #negated() negated}, towards a target. It never reports a sample as fooled: it makes no
 * decision.
 *
 * @param targets {@code [B, D]} row-major, one for each sample
 */
public record SquaredDistance(float[] targets) implements EmbeddingLoss {

    @Override
    public Values evaluate(float[] embeddings, int[] samples) {
        int dimension = embeddings.length / samples.length;
        Oracle.Scores scores = new Oracle.Scores(new float[samples.length], new boolean[samples.length]);
        float[] slope = new float[embeddings.length];
        for (int row = 0; row < samples.length; row++) {
            double loss = 0;
            for (int d = 0; d < dimension; d++) {
                float difference = embeddings[row * dimension + d] - targets[samples[row] * dimension + d];
                loss += (double) difference * difference;
                slope[row * dimension + d] = 2 * difference;
            }
            scores.losses()[row] = (float) loss;
        }
        return new Values(scores, slope);
    }
}

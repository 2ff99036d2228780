package io.bulwark.lab.attack.loss;

import java.util.Arrays;

/**
 * Another loss, and away from flagged content at the same time: what an attacker climbs who knows that nothing near an
 * entry is ever let through. The loss less a multiple of the cosine with the entry; who is fooled stays the other
 * loss's word.
 *
 * @param loss the other one
 * @param entry {@code [D]}, a unit embedding
 * @param weight of the cosine, at least 0
 */
public record AwayFrom(EmbeddingLoss loss, float[] entry, double weight) implements EmbeddingLoss {

    public AwayFrom {
        if (!(weight >= 0)) {
            throw new IllegalArgumentException("weight is " + weight + ", allowed is 0 and more");
        }
    }

    @Override
    public Values evaluate(float[] embeddings, int[] samples) {
        Values values = loss.evaluate(embeddings, samples);
        int dimension = embeddings.length / samples.length;
        double[] byUnit = new double[dimension];
        for (int d = 0; d < dimension; d++) {
            byUnit[d] = -weight * entry[d];
        }
        for (int row = 0; row < samples.length; row++) {
            UnitEmbedding unit =
                    UnitEmbedding.of(Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension));
            values.scores().losses()[row] -= (float) (weight * unit.dot(entry));
            float[] slope = new float[dimension];
            unit.pullBack(byUnit, slope);
            for (int d = 0; d < dimension; d++) {
                values.slope()[row * dimension + d] += slope[d];
            }
        }
        return values;
    }
}

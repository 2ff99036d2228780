package io.bulwark.perception.encoder;

import java.util.Arrays;

/**
 * What a program's entry for gradients answers to a batch.
 *
 * @param count pictures in the batch
 * @param embeddings {@code [count, D]} row-major, not normalised
 * @param logits {@code [count, C]} row-major, of the classifier head; empty where there is none
 */
public record Answers(int count, float[] embeddings, float[] logits) {

    /** A copy of row {@code index}, not normalised. */
    public float[] embedding(int index) {
        return row(embeddings, index);
    }

    /** The head's answer for picture {@code index}, which sums to 1; empty where there is no head. */
    public float[] classProbabilities(int index) {
        float[] probabilities = row(logits, index);
        double greatest = Double.NEGATIVE_INFINITY;
        for (float logit : probabilities) {
            greatest = Math.max(greatest, logit);
        }
        double sum = 0;
        for (float logit : probabilities) {
            sum += Math.exp(logit - greatest);
        }
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = (float) (Math.exp(probabilities[i] - greatest) / sum);
        }
        return probabilities;
    }

    private float[] row(float[] values, int index) {
        int length = values.length / count;
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }
}

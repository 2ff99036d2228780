package io.bulwark.perception.encoder;

import java.util.Arrays;

/**
 * The encoder's answer to one batch.
 *
 * @param count images, B
 * @param dimension length of an embedding, D
 * @param values {@code [B, D]} row-major, every row of Euclidean length 1
 * @param headProbabilities {@code [B, C]} row-major, every row sums to 1; length 0 where the package has no head
 */
public record Embeddings(int count, int dimension, float[] values, float[] headProbabilities) {

    /** A copy of row {@code index}. */
    public float[] embedding(int index) {
        return Arrays.copyOfRange(values, index * dimension, (index + 1) * dimension);
    }

    /** A copy of the head's answer for image {@code index}; empty where there is no head. */
    public float[] classProbabilities(int index) {
        int classes = headProbabilities.length / count;
        return Arrays.copyOfRange(headProbabilities, index * classes, (index + 1) * classes);
    }
}

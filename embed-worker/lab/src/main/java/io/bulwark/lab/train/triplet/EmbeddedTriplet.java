package io.bulwark.lab.train.triplet;

import java.util.Arrays;

/**
 * Three embeddings of a two-alternative forced choice, or what changes with each of them.
 *
 * @param reference {@code [D]}
 * @param chosen of the alternative that people chose
 * @param other of the other one
 */
public record EmbeddedTriplet(float[] reference, float[] chosen, float[] other) {

    /**
     * One of a batch.
     *
     * @param rows {@code [triplets, 3, D]}: reference, chosen, other
     * @param place of the triplet
     */
    static EmbeddedTriplet at(float[] rows, int place, int dimension) {
        int from = 3 * place * dimension;
        return new EmbeddedTriplet(
                Arrays.copyOfRange(rows, from, from + dimension),
                Arrays.copyOfRange(rows, from + dimension, from + 2 * dimension),
                Arrays.copyOfRange(rows, from + 2 * dimension, from + 3 * dimension));
    }

    /** The way back from {@link #at}: writes the three into a batch. */
    void write(float[] rows, int place) {
        int dimension = reference.length;
        int from = 3 * place * dimension;
        System.arraycopy(reference, 0, rows, from, dimension);
        System.arraycopy(chosen, 0, rows, from + dimension, dimension);
        System.arraycopy(other, 0, rows, from + 2 * dimension, dimension);
    }
}

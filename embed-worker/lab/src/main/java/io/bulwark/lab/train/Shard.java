package io.bulwark.lab.train;

import java.util.Arrays;

/**
 * Part of a batch, as one pass takes it.
 *
 * @param parents the pictures as the frozen encoder sees them
 * @param pixels {@code [labels.length, 3, height, width]} in [0, 1], as they are
 * @param labels of the pictures
 * @param everyday {@code [E, 3, height, width]}: everyday versions of the last E pictures, which are not perturbed
 * @param adversary who perturbs the others
 * @param start {@code [labels.length - E, 3, height, width]}: where the inner attack starts
 */
record Shard(
        Parents parents,
        float[] pixels,
        int height,
        int width,
        int[] labels,
        float[] everyday,
        Adversary adversary,
        float[] start) {

    /**
     * The same pictures for the frozen encoder.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     */
    record Parents(float[] pixels, int height, int width) {}

    int count() {
        return labels.length;
    }

    /** The first {@code pictures} of the shard as they are. */
    float[] first(int pictures) {
        return Arrays.copyOf(pixels, pictures * 3 * height * width);
    }

    /** How many pictures are perturbed: the first ones. */
    int perturbed() {
        return count() - everyday.length / (3 * height * width);
    }
}

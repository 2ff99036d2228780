package io.bulwark.perception.train;

/**
 * Part of a batch, as one pass takes it.
 *
 * @param parents the pictures as the frozen encoder sees them
 * @param pixels {@code [labels.length, 3, height, width]} in [0, 1], as they are
 * @param labels of the pictures
 * @param adversary who perturbs them
 * @param start {@code [labels.length, 3, height, width]}: where the inner attack starts
 */
record Shard(Parents parents, float[] pixels, int height, int width, int[] labels, Adversary adversary, float[] start) {

    /**
     * The same pictures for the frozen encoder.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     */
    record Parents(float[] pixels, int height, int width) {}

    int count() {
        return labels.length;
    }
}

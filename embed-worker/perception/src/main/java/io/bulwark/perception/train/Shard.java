package io.bulwark.perception.train;

/**
 * Part of a batch, as one pass takes it.
 *
 * @param pixels {@code [labels.length, 3, height, width]} in [0, 1], as they are
 * @param labels of the pictures
 * @param start {@code [labels.length, 3, height, width]}: where the inner attack starts
 */
record Shard(float[] pixels, int height, int width, int[] labels, float[] start) {

    int count() {
        return labels.length;
    }
}

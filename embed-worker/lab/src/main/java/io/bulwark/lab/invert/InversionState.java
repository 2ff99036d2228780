package io.bulwark.lab.invert;

/**
 * Where an inversion is.
 *
 * @param step steps taken
 * @param height of the pixels now
 * @param width of the pixels now
 * @param pixels {@code [count, 3, height, width]} in [0, 1]; not modified by a later step
 * @param scores {@code [count]} of the pixels that the last step left; not a number before the first
 * @param memory what the method remembers besides, such as Adam's running means; not modified by a later step
 */
public record InversionState(int step, int height, int width, float[] pixels, float[] scores, float[][] memory) {}

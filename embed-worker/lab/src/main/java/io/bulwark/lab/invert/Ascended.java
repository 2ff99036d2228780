package io.bulwark.robustness.invert;

import io.bulwark.robustness.attack.Objective;

/**
 * What is ascended.
 *
 * @param objective of {@code count} samples
 * @param height of the pixels that the encoder takes
 * @param width of the same
 */
record Ascended(Objective objective, int count, int height, int width) {}

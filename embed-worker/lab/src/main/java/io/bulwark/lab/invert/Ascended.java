package io.bulwark.lab.invert;

import io.bulwark.lab.attack.Objective;

/**
 * What is ascended.
 *
 * @param objective of {@code count} samples
 * @param height of the pixels that the encoder takes
 * @param width of the same
 */
record Ascended(Objective objective, int count, int height, int width) {}

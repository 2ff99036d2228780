package io.bulwark.lab.train;

/**
 * The best that a training came to so far.
 *
 * @param loss of the pictures kept from training, perturbed
 * @param step after which
 * @param weights as they were then; not modified
 */
record BestWeights(double loss, int step, float[] weights) {}

package io.bulwark.lab.attack;

/**
 * What an attack found.
 *
 * @param pixels {@code [count, 3, H, W]}: of each sample the candidate that fools, or, where none did, the one with the
 *     highest loss
 * @param fooled whether the candidate has the decision that the attacker wants
 * @param losses of each sample the highest loss seen; not always that of the pixels returned
 * @param gradientSteps forward and backward passes of one sample, summed over samples
 * @param queries forward passes of one sample without a gradient, summed over samples
 */
public record AttackResult(float[] pixels, boolean[] fooled, float[] losses, long gradientSteps, long queries) {}

package io.bulwark.lab.attack.gradient;

/**
 * One sample's run of APGD.
 *
 * @param losses at the start and after each step
 * @param best {@code [3, H, W]}: the place with the highest loss
 * @param bestLoss the loss there
 * @param lastFooling {@code [3, H, W]}: the last place whose decision was the attacker's, the start where there was
 *     none
 * @param fooled whether there was one, the start included
 */
public record Ascent(float[] losses, float[] best, float bestLoss, float[] lastFooling, boolean fooled) {}

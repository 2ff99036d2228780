package io.bulwark.lab.attack.gradient;

import io.bulwark.lab.attack.ThreatModel;

/**
 * One sample's way up under APGD: where it is, where it was best, and how long its steps are. Not shared between
 * threads.
 *
 * <p>The index of the first oscillation check reaches one row before the first loss. The reference reads a row of zeros
 * there, and so do we: its published numbers rest on it.
 */
public final class Climber {

    /** Share of rising steps in a period below which the step is halved: {@code rho} of the paper. */
    private static final double RISING = 0.75;

    /** Weight of the new direction against that of the last move: {@code alpha} of the paper. */
    private static final float MOMENTUM = 0.75f;

    final int sample;
    private final float[] clean;
    private final ThreatModel threat;
    private final float[] losses;
    private float[] current;
    private float[] previous;
    private float[] gradient;
    private float[] best;
    private float[] gradientAtBest;
    private float[] lastFooling;
    private float firstLoss;
    private float bestLoss;
    private float bestLossAtCheck;
    private boolean halvedAtCheck = true;
    private double stepSize;
    private boolean fooled;
    private int steps;

    /**
     * @param clean {@code [3, H, W]}
     * @param start {@code [3, H, W]} within the threat model
     * @param iterations steps at most
     */
    Climber(int sample, float[] clean, float[] start, ThreatModel threat, int iterations) {
        this.sample = sample;
        this.clean = clean;
        this.threat = threat;
        this.losses = new float[iterations];
        this.current = start;
        this.previous = start;
        this.best = start;
        this.lastFooling = start;
        this.stepSize = 2 * threat.epsilon();
    }

    float[] current() {
        return current;
    }

    /** The start's loss and gradient. */
    void begin(float loss, boolean fools, float[] slope) {
        gradient = slope;
        gradientAtBest = slope;
        firstLoss = loss;
        bestLoss = loss;
        bestLossAtCheck = loss;
        fooled = fools;
    }

    /** Moves {@link #current} on: a gradient step, and beyond it by the momentum of the last move. */
    void step() {
        float weight = steps == 0 ? 1 : MOMENTUM;
        float[] direction = gradient.clone();
        threat.norm().steepest(direction, 0, direction.length);
        float[] next = new float[current.length];
        float stride = (float) stepSize;
        for (int i = 0; i < next.length; i++) {
            next[i] = current[i] + stride * direction[i];
        }
        threat.project(clean, next, 0, next.length);
        for (int i = 0; i < next.length; i++) {
            float lastMove = current[i] - previous[i];
            next[i] = current[i] + (next[i] - current[i]) * weight + lastMove * (1 - weight);
        }
        threat.project(clean, next, 0, next.length);
        previous = current;
        current = next;
    }

    /**
     * Takes note of the new place.
     *
     * @param slope its gradient, or null after the last step, which needs none
     */
    void arrive(float loss, boolean fools, float[] slope) {
        gradient = slope == null ? gradient : slope;
        if (fools) {
            lastFooling = current;
            fooled = true;
        }
        losses[steps++] = loss;
        if (loss > bestLoss) {
            best = current;
            gradientAtBest = gradient;
            bestLoss = loss;
        }
    }

    /** At a checkpoint: halves the step, and goes back to the best place, if the last steps led nowhere. */
    void check(int period) {
        boolean stuck = oscillates(period) || !halvedAtCheck && bestLossAtCheck >= bestLoss;
        halvedAtCheck = stuck;
        bestLossAtCheck = bestLoss;
        if (stuck) {
            stepSize /= 2;
            current = best;
            gradient = gradientAtBest;
        }
    }

    private boolean oscillates(int period) {
        int rises = 0;
        for (int back = 0; back < period; back++) {
            int at = steps - 1 - back;
            int before = at == 0 ? losses.length - 1 : at - 1;
            rises += losses[at] > losses[before] ? 1 : 0;
        }
        return rises <= period * RISING;
    }

    boolean fooled() {
        return fooled;
    }

    /** The place with the highest loss. */
    float[] best() {
        return best;
    }

    float bestLoss() {
        return bestLoss;
    }

    /** The last place that fooled; the start where none did. */
    float[] lastFooling() {
        return lastFooling;
    }

    Ascent ascent() {
        float[] curve = new float[steps + 1];
        curve[0] = firstLoss;
        System.arraycopy(losses, 0, curve, 1, steps);
        return new Ascent(curve, best, bestLoss, lastFooling, fooled);
    }

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
}

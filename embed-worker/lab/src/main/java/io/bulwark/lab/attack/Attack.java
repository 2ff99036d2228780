package io.bulwark.lab.attack;

import java.util.concurrent.CancellationException;

/** A way to look for a perturbation that raises an objective within a threat model. Immutable; one thread at a time. */
public interface Attack {

    /**
     * Attacks a batch.
     *
     * @param objective knows samples 0 to {@code count - 1}
     * @param threat what may be done
     * @param clean {@code [count, 3, H, W]} in [0, 1]; not modified
     * @param watch told of each step; may stop the attack
     * @throws java.util.concurrent.CancellationException if the watch stopped it
     */
    AttackResult run(Objective objective, ThreatModel threat, float[] clean, int count, Watch watch);

    /** What this attack is, for reports: {@code apgd 50 iterations x 2}. */
    String describe();

    /**
     * What an attack found.
     *
     * @param pixels {@code [count, 3, H, W]}: of each sample the candidate that fools, or, where none did, the one with
     *     the highest loss
     * @param fooled whether the candidate has the decision that the attacker wants
     * @param losses of each sample the highest loss seen; not always that of the pixels returned
     * @param gradientSteps forward and backward passes of one sample, summed over samples
     * @param queries forward passes of one sample without a gradient, summed over samples
     */
    record AttackResult(float[] pixels, boolean[] fooled, float[] losses, long gradientSteps, long queries) {}

    /** Looks over an attack's shoulder. Called on the attacking thread. */
    interface Watch {

        /**
         * An attack took a step.
         *
         * @param done steps taken
         * @param total steps that it takes at most
         * @param fooled samples of the batch that have the decision the attacker wants, so far
         */
        void step(int done, int total, int fooled);

        /** Whether the attack shall end; asked before each step. */
        default boolean cancelled() {
            return Thread.currentThread().isInterrupted();
        }

        /** Reports nothing; ends when the thread is interrupted. */
        static Watch silent() {
            return (done, total, fooled) -> {};
        }

        /** @throws CancellationException if the attack shall end */
        default void check() {
            if (cancelled()) {
                throw new CancellationException("the attack was cancelled");
            }
        }
    }
}

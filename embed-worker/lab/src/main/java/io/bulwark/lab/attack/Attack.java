package io.bulwark.lab.attack;

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
}

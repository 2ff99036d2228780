package io.bulwark.lab.attack;

import java.util.Arrays;

/**
 * What a batch of perturbations measures, found after the attack and independently of it.
 *
 * @param threat what was allowed
 * @param sizes the norm of each sample's perturbation
 * @param least smallest value of any perturbed sample; NaN where there is one
 * @param greatest largest value of any perturbed sample; NaN where there is one
 */
public record Verification(ThreatModel threat, double[] sizes, double least, double greatest) {

    /** Rounding of 32-bit values, which a norm may exceed its bound by. */
    public static final double TOLERANCE = 1e-6;

    /** The largest of the sizes; NaN where there is one. */
    public double largest() {
        return Arrays.stream(sizes).reduce(0, Math::max);
    }

    /** Whether every perturbation is within the ball and every value in [0, 1]; never with a NaN. */
    public boolean holds() {
        return largest() <= threat.epsilon() + TOLERANCE && least >= 0 && greatest <= 1;
    }

    /**
     * Refuses a batch that breaks the rules of its own threat model.
     *
     * @throws IllegalStateException naming what was found and what is allowed
     */
    public Verification require() {
        if (!holds()) {
            throw new IllegalStateException("perturbations of %s break their bound: largest %s, values from %s to %s"
                    .formatted(threat, largest(), least, greatest));
        }
        return this;
    }
}

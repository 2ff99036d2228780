package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.ThreatModel.Verification;

/**
 * One attack on one question, as it was verified afterwards.
 *
 * @param question its index in the task
 * @param threat what the attack was allowed
 * @param score how well the perturbed picture is still answered, in [0, 1], judged again from the returned pixels
 * @param fooled whether that answer is the attacker's
 * @param linf largest change of a value
 * @param l2 Euclidean length of the change
 */
public record Attempt(int question, String threat, double score, boolean fooled, double linf, double l2) {

    /** Whether the perturbation is one that an attacker of a threat model may make, whichever attack found it. */
    public boolean fits(ThreatModel other) {
        double size = other.norm() == Norm.LINF ? linf : l2;
        return size <= other.epsilon() + Verification.TOLERANCE;
    }
}

package io.bulwark.lab.attack.gradient;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import java.util.SplittableRandom;

/** Where a restart begins: somewhere in the ball, as the reference code draws it. */
final class RandomStart {

    private RandomStart() {}

    /** Uniform in the cube for l∞; a Gaussian direction of length epsilon for l2. Within the box. */
    static float[] in(ThreatModel threat, float[] clean, int count, SplittableRandom random) {
        float[] start = new float[clean.length];
        int length = clean.length / count;
        for (int from = 0; from < clean.length; from += length) {
            float[] direction = new float[length];
            for (int i = 0; i < length; i++) {
                direction[i] = (float) (threat.norm() == Norm.LINF ? random.nextDouble(-1, 1) : random.nextGaussian());
            }
            if (threat.norm() == Norm.L2) {
                Norm.L2.steepest(direction, 0, length);
            }
            for (int i = 0; i < length; i++) {
                start[from + i] = clean[from + i] + (float) threat.epsilon() * direction[i];
            }
            threat.project(clean, start, from, length);
        }
        return start;
    }
}

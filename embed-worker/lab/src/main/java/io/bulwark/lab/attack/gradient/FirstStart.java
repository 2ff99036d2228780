package io.bulwark.lab.attack.gradient;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;

/** Where the first run of an attack starts. Pure. */
public sealed interface FirstStart {

    /**
     * One sample's start, within the threat model.
     *
     * @param clean {@code [3, H, W]} in [0, 1]; not modified
     * @param oracle that names samples and draws for them
     * @param seed of what is random
     */
    float[] of(ThreatModel threat, float[] clean, Oracle oracle, int sample, long seed);

    /** What an attack's name says of it: nothing, or {@code , random start}. */
    String describe();

    /** At the picture. */
    record AtPicture() implements FirstStart {

        @Override
        public float[] of(ThreatModel threat, float[] clean, Oracle oracle, int sample, long seed) {
            return clean.clone();
        }

        @Override
        public String describe() {
            return "";
        }
    }

    /** Somewhere in the ball, as the perceptual-metrics code draws it: another place for each sample. */
    record AtRandom() implements FirstStart {

        @Override
        public float[] of(ThreatModel threat, float[] clean, Oracle oracle, int sample, long seed) {
            return Pgd.RandomStart.in(threat, clean, 1, oracle.random(seed, sample));
        }

        @Override
        public String describe() {
            return ", random start";
        }
    }

    /**
     * Where another program drew it: from the same noise two implementations can be compared question by question.
     *
     * @param name of the noise, part of a run's identity
     * @param noise what is added to a picture, in units of epsilon
     */
    record Given(String name, Noise noise) implements FirstStart {

        @Override
        public float[] of(ThreatModel threat, float[] clean, Oracle oracle, int sample, long seed) {
            float[] units = noise.of(threat.norm(), oracle.identity(sample), clean.length);
            float[] start = new float[clean.length];
            for (int i = 0; i < start.length; i++) {
                start[i] = clean[i] + (float) threat.epsilon() * units[i];
            }
            threat.project(clean, start, 0, start.length);
            return start;
        }

        @Override
        public String describe() {
            return ", given start";
        }

        @Override
        public String toString() {
            return "Given[" + name + "]";
        }
    }

    /** Noise of each sample of a run. */
    @FunctionalInterface
    interface Noise {

        /**
         * One sample's.
         *
         * @param identity the sample's number in the whole run
         * @param length values wanted
         * @return {@code [3, H, W]} in units of epsilon: in [-1, 1] for l∞, of length 1 at most for l2
         */
        float[] of(Norm norm, long identity, int length);
    }
}

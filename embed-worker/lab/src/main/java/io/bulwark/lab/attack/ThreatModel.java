package io.bulwark.lab.attack;

import java.util.Arrays;

/**
 * What an attacker may do to a picture: change it by at most epsilon in a norm, and keep every value in [0, 1].
 *
 * @param norm how a change is measured
 * @param epsilon its largest size, in values of [0, 1]: 4/255 is four levels of 8 bits
 */
public record ThreatModel(Norm norm, double epsilon) {

    public ThreatModel {
        if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("epsilon is " + epsilon + ", allowed are 0 and more");
        }
    }

    public static ThreatModel linf(double epsilon) {
        return new ThreatModel(Norm.LINF, epsilon);
    }

    public static ThreatModel l2(double epsilon) {
        return new ThreatModel(Norm.L2, epsilon);
    }

    /**
     * Reads what people write: {@code 4/255}, {@code 0.5}, {@code 3}.
     *
     * @throws IllegalArgumentException if it is no number of 0 and more
     */
    public static double parseEpsilon(String text) {
        String[] parts = text.trim().split("/", -1);
        try {
            double value = Double.parseDouble(parts[0]);
            if (parts.length == 2) {
                value /= Double.parseDouble(parts[1]);
            }
            if (parts.length <= 2 && value >= 0 && value < Double.POSITIVE_INFINITY) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw malformed(text, notANumber);
        }
        throw malformed(text, null);
    }

    private static IllegalArgumentException malformed(String text, NumberFormatException cause) {
        return new IllegalArgumentException(
                "epsilon '" + text + "' is not a number of 0 and more, such as 4/255 or 0.5", cause);
    }

    /**
     * Brings one sample into the ball around its clean values and into [0, 1]. The box comes last: it holds the clean
     * values, so clipping to it never leaves the ball.
     *
     * @param clean values in [0, 1]
     * @param perturbed modified
     */
    public void project(float[] clean, float[] perturbed, int from, int length) {
        if (norm == Norm.L2) {
            float[] perturbation = difference(clean, perturbed, from, length);
            double radius = epsilon;
            double beyond;
            do {
                norm.shrink(perturbation, 0, length, radius);
                for (int i = 0; i < length; i++) {
                    perturbed[from + i] = clean[from + i] + perturbation[i];
                }
                // On plain ground all sums are rounded the same way, which adds up.
                beyond = norm.of(difference(clean, perturbed, from, length), 0, length) - epsilon;
                radius = Math.max(0, radius - 2 * beyond);
            } while (beyond > Verification.TOLERANCE);
        } else {
            float bound = (float) epsilon;
            for (int i = from; i < from + length; i++) {
                perturbed[i] = Math.max(clean[i] - bound, Math.min(clean[i] + bound, perturbed[i]));
            }
        }
        for (int i = from; i < from + length; i++) {
            perturbed[i] = Math.max(0, Math.min(1, perturbed[i]));
        }
    }

    /**
     * Measures what an attack returned. A number about robustness counts only where this {@linkplain
     * Verification#holds() holds}.
     *
     * @param clean {@code [count, …]} in [0, 1]
     * @param perturbed of the same shape
     */
    public Verification verify(float[] clean, float[] perturbed, int count) {
        if (clean.length != perturbed.length || clean.length % count != 0) {
            throw new IllegalArgumentException("wanted: two batches of %d samples of one size; found: %d and %d values"
                    .formatted(count, clean.length, perturbed.length));
        }
        int length = clean.length / count;
        double[] sizes = new double[count];
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int sample = 0; sample < count; sample++) {
            sizes[sample] = norm.of(difference(clean, perturbed, sample * length, length), 0, length);
            for (int i = sample * length; i < (sample + 1) * length; i++) {
                least = Math.min(least, perturbed[i]);
                greatest = Math.max(greatest, perturbed[i]);
            }
        }
        return new Verification(this, sizes, least, greatest);
    }

    private static float[] difference(float[] clean, float[] perturbed, int from, int length) {
        float[] difference = new float[length];
        for (int i = 0; i < length; i++) {
            difference[i] = perturbed[from + i] - clean[from + i];
        }
        return difference;
    }

    /** As people write it: {@code linf 4/255} where epsilon is a whole number of 8-bit levels, else {@code l2 0.5}. */
    @Override
    public String toString() {
        double levels = epsilon * 255;
        boolean whole = norm == Norm.LINF && levels >= 0.5 && Math.abs(levels - Math.rint(levels)) < 1e-9;
        return norm.label() + " " + (whole ? (int) Math.rint(levels) + "/255" : String.valueOf(epsilon));
    }

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
         * Refuses a batch that breaks the rules of its threat model.
         *
         * @throws IllegalStateException naming what was found and what is allowed
         */
        public Verification require() {
            if (!holds()) {
                throw new IllegalStateException(
                        "perturbations of %s break their bound: largest %s, values from %s to %s"
                                .formatted(threat, largest(), least, greatest));
            }
            return this;
        }
    }
}

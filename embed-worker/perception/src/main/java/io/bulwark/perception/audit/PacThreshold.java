package io.bulwark.perception.audit;

import io.bulwark.perception.verdict.PacBound;
import java.util.Arrays;

/**
 * A detector's threshold from its scores on clean images that nothing else saw, with a promise about the threshold itself:
 * with a probability of at least {@code 1 - delta} over the draw of those images, at most {@code budget} of all clean images
 * fire. It is the smallest score that leaves no more of them above it than {@link PacBound#allowed} allows.
 *
 * <p>A conformal rank promises the same only on average over such draws, and on images that decide each other it promises
 * nothing: near-duplicates in a bank vouch for each other.
 */
public final class PacThreshold {

    private PacThreshold() {}

    /**
     * The threshold.
     *
     * @param cleanScores in any order; not modified
     * @param budget greatest share of clean images that may fire, in (0, 1)
     * @param delta probability that more do, in (0, 1)
     * @throws IllegalArgumentException if there are too few scores for a promise, or a number is out of its range
     */
    public static double of(double[] cleanScores, double budget, double delta) {
        if (!(budget > 0 && budget < 1) || !(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException(
                    "budget is %s and delta %s, allowed are shares above 0 and below 1".formatted(budget, delta));
        }
        int allowed = PacBound.allowed(cleanScores.length, budget, delta);
        if (allowed < 0) {
            throw new IllegalArgumentException(
                    "%d clean images cannot promise a false-positive rate of %s at a confidence of %s, at least %d are needed"
                            .formatted(cleanScores.length, budget, 1 - delta, PacBound.fewest(budget, delta)));
        }
        double[] ascending = cleanScores.clone();
        Arrays.sort(ascending);
        return ascending[ascending.length - 1 - allowed];
    }
}

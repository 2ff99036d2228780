package io.bulwark.perception.audit;

import java.util.Arrays;

/**
 * A detector's threshold from its scores on clean images, with a promise for the next one.
 *
 * <p>The threshold is the {@code ceil((n + 1) (1 - budget))}-th smallest of the {@code n} scores, and the detector fires
 * above it. Then a further clean image, exchangeable with those {@code n}, fires with a probability of at most {@code
 * budget}, whatever the scores' distribution, ties included (Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random
 * World", 2005; Angelopoulos and Bates, "Conformal Prediction: A Gentle Introduction", 2023). The promise is over the
 * draw of the calibration images, too: for one drawn set the rate scatters around the budget with a variance of about
 * {@code budget (1 - budget) / (n + 2)}.
 */
public final class ConformalThreshold {

    private ConformalThreshold() {}

    /** Clean images that a budget needs at least: with fewer no score is rare enough. 99 for 1 %. */
    public static int imagesNeeded(double budget) {
        if (!(budget > 0 && budget < 1)) {
            throw new IllegalArgumentException(
                    "The budget of false positives is " + budget + ", allowed is a share above 0 and below 1");
        }
        // Rounded first, so that 1 / 0.01 - 1 is 99 and not a hair above.
        return (int) Math.ceil(Math.round((1 / budget - 1) * 1e6) / 1e6);
    }

    /**
     * The threshold.
     *
     * @param cleanScores in any order; not modified
     * @param budget greatest probability that a clean image fires, in (0, 1)
     * @throws IllegalArgumentException if there are fewer scores than {@link #imagesNeeded}
     */
    public static double of(double[] cleanScores, double budget) {
        int needed = imagesNeeded(budget);
        if (cleanScores.length < needed) {
            throw new IllegalArgumentException(cleanScores.length + " clean images cannot tell a false-positive rate "
                    + "of " + budget + ", at least " + needed + " are needed");
        }
        double[] ascending = cleanScores.clone();
        Arrays.sort(ascending);
        int rank = (int) Math.ceil(Math.round((ascending.length + 1) * (1 - budget) * 1e6) / 1e6);
        return ascending[rank - 1];
    }
}

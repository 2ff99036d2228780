package io.bulwark.schemas.promise;

import io.bulwark.schemas.promise.PromisedRate.Draw;
import io.bulwark.schemas.promise.PromisedRate.Membership;
import java.util.Arrays;

/**
 * Evidence against a promise: bets of several sizes on Z, whose mean is not above 0 while the promise is kept, and what
 * they have made of 1 in the mean. The chance that a kept promise ever brings it to 1 / &alpha; is at most &alpha;
 * (Ville's inequality; Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", arXiv
 * 2010.09686; for draws of unequal probability arXiv 2210.10768).
 *
 * <p>Beside it runs a Shiryaev-Roberts e-detector over the same bets, for a change after a long good time: the mean
 * number of draws until it reaches A is at least A while the promise is kept (Shin, Ramdas and Rinaldo, "E-detectors",
 * arXiv 2203.03532).
 *
 * <p>One thread.
 */
public final class BettingEvidence {

    /** Promises up to here can be watched: bets are sized for them. */
    public static final double MOST_PROMISED = 0.2;

    /**
     * Shares of the least probability. Z times it is at least -0.25 with promises up to {@value #MOST_PROMISED} and
     * errors up to {@link ReviewerError#MOST}, so that the largest bet loses at most 0.8.
     */
    private static final double[] BETS = {0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2};

    /** Most on the bets that gain most where a rate is twice or thrice what was promised. */
    private static final double[] WEIGHTS = {0.05, 0.05, 0.1, 0.2, 0.3, 0.2, 0.1};

    private static final double MOST_DETECTED = 1e300;

    /** Wealth is kept as a number between 1 / {@value} and {@value} and a power of {@value}. */
    private static final double UNIT = 1e100;

    private static final double LOG_UNIT = Math.log(UNIT);

    private final Terms terms;
    private final double[] wealth = new double[BETS.length];
    private final int[] units = new int[BETS.length];
    private final double[] sums = new double[BETS.length];
    private double log;
    private double greatestLog;
    private double detected;
    private double greatestDetected;

    /**
     * What is watched.
     *
     * @param promise m, in (0, {@value #MOST_PROMISED}]
     * @param leastProbability of any draw, in (0, 1]
     * @param error of the reviewers, usable
     */
    public record Terms(double promise, double leastProbability, ReviewerError error) {

        public Terms {
            if (!(promise > 0 && promise <= MOST_PROMISED)) {
                throw new IllegalArgumentException("A promise is in (0, " + MOST_PROMISED + "], not " + promise + ".");
            }
            if (!(leastProbability > 0 && leastProbability <= 1) || !error.isUsable()) {
                throw new IllegalArgumentException(
                        "The least probability is in (0, 1] and bounds of errors are at most " + ReviewerError.MOST
                                + ", not " + leastProbability + " and " + error + ".");
            }
        }

        /**
         * Z times the least probability: at least -0.25.
         *
         * @throws IllegalArgumentException where the draw was less probable than any should be
         */
        double score(Draw draw) {
            if (draw.probability() < leastProbability) {
                throw new IllegalArgumentException("A draw of probability " + draw.probability()
                        + " is below the least one, " + leastProbability + ".");
            }
            double weight = leastProbability / draw.probability();
            if (draw.event()) { // without an answer: outside, which is the smallest value
                double inside = draw.membership() == Membership.INSIDE ? 1 : 0;
                return weight * (1 - promise) * (inside - error.into()) / (1 - error.into());
            }
            double inside = draw.membership() == Membership.OUTSIDE ? 0 : 1; // inside is the smallest here
            return -weight * promise * inside / (1 - error.outOf());
        }
    }

    public BettingEvidence(Terms terms) {
        this.terms = terms;
        Arrays.fill(wealth, 1);
    }

    /** A copy, from which to go on without changing this one. */
    BettingEvidence copy() {
        var copy = new BettingEvidence(terms);
        System.arraycopy(wealth, 0, copy.wealth, 0, BETS.length);
        System.arraycopy(units, 0, copy.units, 0, BETS.length);
        System.arraycopy(sums, 0, copy.sums, 0, BETS.length);
        copy.log = log;
        copy.greatestLog = greatestLog;
        copy.detected = detected;
        copy.greatestDetected = greatestDetected;
        return copy;
    }

    /** Takes the next draw. One without an answer counts with its smallest value. */
    public void add(Draw draw) {
        double score = terms.score(draw);
        int most = Integer.MIN_VALUE;
        double detectors = 0;
        for (int i = 0; i < BETS.length; i++) {
            double factor = 1 + BETS[i] * score;
            wealth[i] *= factor;
            if (wealth[i] < 1 / UNIT) {
                wealth[i] *= UNIT;
                units[i]--;
            } else if (wealth[i] > UNIT) {
                wealth[i] /= UNIT;
                units[i]++;
            }
            most = Math.max(most, units[i]);
            sums[i] = Math.min(MOST_DETECTED, factor * (sums[i] + 1));
            detectors += WEIGHTS[i] * sums[i];
        }
        double mean = 0;
        for (int i = 0; i < BETS.length; i++) {
            int below = most - units[i];
            mean += WEIGHTS[i] * (below == 0 ? wealth[i] : below == 1 ? wealth[i] / UNIT : 0);
        }
        log = Math.log(mean) + most * LOG_UNIT;
        greatestLog = Math.max(greatestLog, log);
        detected = detectors;
        greatestDetected = Math.max(greatestDetected, detected);
    }

    /** The natural logarithm of the evidence now. */
    public double log() {
        return log;
    }

    /** The greatest that {@link #log} has been, 0 at least. */
    public double greatestLog() {
        return greatestLog;
    }

    /** The e-detector now. */
    public double detected() {
        return detected;
    }

    /** The greatest that {@link #detected} has been. */
    public double greatestDetected() {
        return greatestDetected;
    }
}

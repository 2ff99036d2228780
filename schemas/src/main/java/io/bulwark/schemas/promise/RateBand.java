package io.bulwark.schemas.promise;

import io.bulwark.schemas.promise.PromisedRate.Draw;
import io.bulwark.schemas.promise.PromisedRate.Membership;

/**
 * The band in which the mean rate of all outcomes so far lies, at all times at once with 0.95, also where the rate
 * changes: empirical-Bernstein confidence sequences of the inverse-probability-weighted sums of E[B D] and E[B (1 - D)],
 * four bounds of 0.0125 each. Time-varying as in Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro, "Anytime-valid
 * off-policy inference for contextual bandits", arXiv 2210.10768; the supermartingale exp(&lambda; X + (log(1 -
 * &lambda;) + &lambda;) X&sup2;) for X &ge; -1 is Fan's (Fan, Grama and Liu, 2015), here with the predictable mean 0
 * and a discrete mixture over &lambda;.
 *
 * <p>A draw without an answer counts for the lower end with its smallest value and for the upper end with its largest.
 * One thread.
 */
public final class RateBand {

    private static final double[] LAMBDAS = {0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512};
    /** What a draw counts at least is not below minus this, with errors up to {@link ReviewerError#MOST}. */
    private static final double LOW_SCALE = ReviewerError.MOST / (1 - ReviewerError.MOST);

    private static final double EACH = 0.0125;
    private static final int HALVINGS = 45;

    private final double leastProbability;
    private final ReviewerError error;
    private final double highScale;
    private final Sum leastEvents = new Sum();
    private final Sum mostOthers = new Sum();
    private final Sum mostEvents = new Sum();
    private final Sum leastOthers = new Sum();
    private double events;
    private double inside;

    /**
     * @param leastProbability of any draw, in (0, 1]
     * @param error of the reviewers, usable
     */
    public RateBand(double leastProbability, ReviewerError error) {
        this.leastProbability = leastProbability;
        this.error = error;
        this.highScale = 1 / (1 - error.outOf());
    }

    /** A copy, from which to go on without changing this one. */
    RateBand copy() {
        var copy = new RateBand(leastProbability, error);
        copy.leastEvents.add(leastEvents);
        copy.mostOthers.add(mostOthers);
        copy.mostEvents.add(mostEvents);
        copy.leastOthers.add(leastOthers);
        copy.events = events;
        copy.inside = inside;
        return copy;
    }

    /** Takes the next draw. */
    public void add(Draw draw) {
        double weight = leastProbability / draw.probability();
        boolean atLeast = draw.membership() == Membership.INSIDE;
        boolean atMost = draw.membership() != Membership.OUTSIDE;
        if (draw.event()) {
            leastEvents.add(weight * least(atLeast));
            mostEvents.add(weight * most(atMost));
        } else {
            leastOthers.add(weight * least(atLeast));
            mostOthers.add(weight * most(atMost));
        }
        if (atLeast) {
            inside += weight;
            events += draw.event() ? weight : 0;
        }
    }

    private double least(boolean in) {
        return ((in ? 1 : 0) - error.into()) / (1 - error.into());
    }

    private double most(boolean in) {
        return in ? 1 / (1 - error.outOf()) : 0;
    }

    /** The weighted share of events among the answered draws inside; NaN before the first. */
    public double estimate() {
        return events / inside;
    }

    /** The lower end, in [0, 1]. */
    public double low() {
        double low = leastEvents.atLeast(LOW_SCALE);
        return low <= 0 ? 0 : low / (low + mostOthers.atMost(highScale));
    }

    /** The upper end, in [0, 1]. */
    public double high() {
        double high = mostEvents.atMost(highScale);
        double others = leastOthers.atLeast(LOW_SCALE);
        return others <= 0 ? 1 : high / (high + others);
    }

    /** A sum of X, and what its mean is at least and at most. */
    private static final class Sum {

        private double sum;
        private double squares;

        void add(double value) {
            sum += value;
            squares += value * value;
        }

        void add(Sum other) {
            sum += other.sum;
            squares += other.squares;
        }

        /** @param scale X is at least minus this */
        double atLeast(double scale) {
            return sum - deviation(scale);
        }

        /** @param scale X is at most this */
        double atMost(double scale) {
            return sum + deviation(scale);
        }

        /** How far the sum may be on one side of its mean: where the mixture reaches 1 / {@value #EACH}. */
        private double deviation(double scale) {
            double variance = squares / (scale * scale);
            double low = 0;
            double high = (-Math.log(EACH) + Math.log(LAMBDAS.length) + variance) / LAMBDAS[0];
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (mixture(middle, variance) < 1 / EACH) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return high * scale;
        }

        private static double mixture(double deviation, double variance) {
            double mean = 0;
            for (double lambda : LAMBDAS) {
                mean += Math.exp(lambda * deviation + (Math.log1p(-lambda) + lambda) * variance) / LAMBDAS.length;
            }
            return mean;
        }
    }
}

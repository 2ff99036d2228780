package io.bulwark.cli.report;

import java.util.Collection;
import java.util.Locale;

/**
 * A mean of scores in [0, 1] over questions, such as an accuracy, with Wilson's 95 % interval ("Probable inference, the
 * law of succession, and statistical inference", JASA 1927; Brown, Cai, DasGupta, Statistical Science 2001, section
 * 3.1).
 *
 * <p>The interval is that of right and wrong answers. Scores between 0 and 1 (people who disagree, average precisions)
 * vary less than those, so for them it is too wide rather than too narrow. It speaks of other pictures of the same
 * kind, and says nothing about an attack that is better.
 *
 * @param sum of the scores
 * @param trials questions, at least 1
 */
public record Proportion(double sum, int trials) implements Share {

    /** The standard normal's 0.975 quantile. */
    private static final double Z = 1.959963984540054;

    public Proportion {
        if (trials < 1 || !(sum >= 0 && sum <= trials + 1e-9)) {
            throw new IllegalArgumentException(
                    "a sum of %s over %d questions is no proportion: wanted is at least one question, and a sum between 0 and their number"
                            .formatted(sum, trials));
        }
    }

    /** Right answers among questions. */
    public static Proportion of(long right, int trials) {
        return new Proportion(right, trials);
    }

    /** The mean of scores, each in [0, 1]. */
    public static Proportion mean(Collection<Double> scores) {
        return new Proportion(scores.stream().mapToDouble(Double::doubleValue).sum(), scores.size());
    }

    /** The mean, in [0, 1]. */
    @Override
    public double value() {
        return sum / trials;
    }

    /** Lower end of the interval. */
    @Override
    public double low() {
        return Math.max(0, centre() - spread());
    }

    /** Upper end of the interval. */
    @Override
    public double high() {
        return Math.min(1, centre() + spread());
    }

    private double centre() {
        return (value() + Z * Z / (2 * trials)) / denominator();
    }

    private double spread() {
        double p = Math.min(1, value());
        return Z * Math.sqrt(p * (1 - p) / trials + Z * Z / (4.0 * trials * trials)) / denominator();
    }

    private double denominator() {
        return 1 + Z * Z / trials;
    }

    /** {@code 0.804 [0.767, 0.836]}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value(), low(), high());
    }
}

package io.bulwark.cli.report;

import java.util.Collection;
import java.util.Locale;

/** A mean of scores in [0, 1] with its 95 % interval. */
public interface Share {

    /** The mean, in [0, 1]. */
    double value();

    /** Lower end of the interval. */
    double low();

    /** Upper end of the interval. */
    double high();

    /** Questions, at least 1. */
    int trials();

    /**
     * A mean of scores in [0, 1] over questions, such as an accuracy, with Wilson's 95 % interval ("Probable inference,
     * the law of succession, and statistical inference", JASA 1927; Brown, Cai, DasGupta, Statistical Science 2001,
     * section 3.1).
     *
     * <p>The interval is that of right and wrong answers. Scores between 0 and 1 (people who disagree, average
     * precisions) vary less than those, so for them it is too wide rather than too narrow. It speaks of other pictures
     * of the same kind, and says nothing about an attack that is better.
     *
     * @param sum of the scores
     * @param trials questions, at least 1
     */
    record Proportion(double sum, int trials) implements Share {

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
            return new Proportion(
                    scores.stream().mapToDouble(Double::doubleValue).sum(), scores.size());
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

    /**
     * How many files withstood. Whether those whose attack ran out of time would have is not known, so the interval
     * allows for both: its lower end counts all of them as fallen, its upper end none.
     *
     * @param stood did not fall
     * @param fell of the files
     * @param overdue ran out of time; one of the others is above 0
     */
    record LiveShare(int stood, int fell, int overdue) {

        /** The share of those whose attack came to its end, in [0, 1]. */
        public double value() {
            return Proportion.of(stood, stood + fell).value();
        }

        /** Lower end of Wilson's 95 % interval if all that ran out of time had fallen. */
        public double low() {
            return Proportion.of(stood, files()).low();
        }

        /** Upper end of Wilson's 95 % interval if none that ran out of time had fallen. */
        public double high() {
            return Proportion.of(stood + overdue, files()).high();
        }

        /** All that count. */
        public int files() {
            return stood + fell + overdue;
        }

        /** {@code 0.804 [0.767, 0.836]}. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value(), low(), high());
        }
    }
}

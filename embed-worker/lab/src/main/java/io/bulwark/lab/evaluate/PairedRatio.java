package io.bulwark.lab.evaluate;

import java.util.Locale;

/**
 * The ratio of two shares of the same questions, such as successes with and without a defence, with a 95 % interval: Wilson
 * intervals of the two, narrowed by as much as the questions agree (Bonett and Price, "Confidence intervals for a ratio of
 * binomial proportions based on paired data", Statistics in Medicine 25, 2006; the form of Fagerland, Lydersen, Laake,
 * Statistics in Medicine 33, 2014, section 5). It holds where one of the shares is 0, too.
 *
 * @param value the first share by the second; infinite where only the second is 0, not a number where both are
 * @param low lower end of the interval, at least 0
 * @param high upper end; infinite where the second share may be 0
 */
public record PairedRatio(double value, double low, double high) {

    /** The standard normal's 0.975 quantile. */
    private static final double Z = 1.959963984540054;

    /**
     * Counts.
     *
     * @param both questions of both shares
     * @param first questions of the first alone
     * @param second questions of the second alone
     */
    public static PairedRatio of(int both, int first, int second) {
        int ofFirst = both + first;
        int ofSecond = both + second;
        if (both < 0 || first < 0 || second < 0) {
            throw new IllegalArgumentException(
                    "%d, %d and %d questions, allowed are 0 and more".formatted(both, first, second));
        }
        if (ofSecond == 0) {
            return new PairedRatio(ofFirst == 0 ? Double.NaN : Double.POSITIVE_INFINITY, 0, Double.POSITIVE_INFINITY);
        }
        int any = both + first + second;
        double a = Math.sqrt((first + second + 2.0) / ((ofFirst + 1.0) * (ofSecond + 1.0)));
        double b = Math.sqrt((1 - (ofFirst + 1.0) / (any + 2.0)) / (ofFirst + 1.0));
        double c = Math.sqrt((1 - (ofSecond + 1.0) / (any + 2.0)) / (ofSecond + 1.0));
        double z = a / (b + c) * Z;
        double least = end(ofFirst, any, z, -1) / end(ofSecond, any, z, 1);
        double lowest = end(ofSecond, any, z, -1);
        return new PairedRatio(
                (double) ofFirst / ofSecond,
                Math.max(0, least),
                lowest <= 0 ? Double.POSITIVE_INFINITY : end(ofFirst, any, z, 1) / lowest);
    }

    /** An end of Wilson's interval. */
    private static double end(int count, int of, double z, int side) {
        double spread = z * Math.sqrt(z * z + 4.0 * count * (1 - (double) count / of));
        return (2 * count + z * z + side * spread) / (2 * (of + z * z));
    }

    /** {@code 0.080 [0.028, 0.214]}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }
}

package io.bulwark.lab.evaluate.acceptance;

/**
 * A number that was not counted but follows from what was, with bounds that hold with 95 % or more.
 *
 * @param value what the files say
 * @param low no more than the value
 * @param high no less than the value
 */
public record Estimate(double value, double low, double high) {

    public Estimate {
        if (!(low <= value && value <= high)) {
            throw new IllegalArgumentException(
                    "an estimate of %s does not lie between %s and %s".formatted(value, low, high));
        }
    }

    /** From sums whose last bits may have put a bound on the wrong side of the value; the bound is then the value. */
    static Estimate of(double value, double low, double high) {
        return new Estimate(value, Math.min(low, value), Math.max(high, value));
    }
}

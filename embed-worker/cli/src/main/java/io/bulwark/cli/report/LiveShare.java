package io.bulwark.cli.report;

import java.util.Locale;

/**
 * How many files withstood. Whether those whose attack ran out of time would have is not known, so the interval allows
 * for both: its lower end counts all of them as fallen, its upper end none.
 *
 * @param stood did not fall
 * @param fell of the files
 * @param overdue ran out of time; one of the others is above 0
 */
public record LiveShare(int stood, int fell, int overdue) {

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

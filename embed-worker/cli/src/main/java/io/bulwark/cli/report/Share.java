package io.bulwark.cli.report;

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
}

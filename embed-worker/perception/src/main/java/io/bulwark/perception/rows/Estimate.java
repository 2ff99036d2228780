package io.bulwark.perception.rows;

import io.bulwark.perception.torch.RowBlock;

/**
 * What an estimated product says of the exact one, given the error that comes with it. Both bounds hold for the sum in
 * double precision, and for that rounded to fp32. Pure.
 */
public final class Estimate {

    private static final double ROUNDING = RowBlock.rounding();

    private Estimate() {}

    /** The exact product is at least this. */
    public static double least(float estimate, double error) {
        return estimate - error - ROUNDING * Math.abs(estimate);
    }

    /** The exact product is at most this. */
    public static double most(float estimate, double error) {
        return estimate + error + ROUNDING * Math.abs(estimate);
    }

    /** The exact product of what is estimated lower than this is below {@code wanted}. */
    public static float cut(double wanted, double error) {
        double left = wanted - error;
        return Math.nextDown((float) (left / (left > 0 ? 1 + ROUNDING : 1 - ROUNDING)));
    }
}

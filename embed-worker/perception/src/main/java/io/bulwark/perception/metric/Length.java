package io.bulwark.perception.metric;

/** Euclidean length of rows. Sums are in double precision and in the order of the row. Pure. */
public final class Length {

    private Length() {}

    /** Of a part of an array; NaN or infinite where an element is. */
    public static double of(float[] values, int offset, int dimension) {
        double sum = 0;
        for (int i = offset; i < offset + dimension; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    /** A copy divided by a length. */
    public static float[] divided(float[] row, double length) {
        float[] quotient = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            quotient[i] = (float) (row[i] / length);
        }
        return quotient;
    }
}

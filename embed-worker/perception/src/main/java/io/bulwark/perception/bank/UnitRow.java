package io.bulwark.perception.bank;

import io.bulwark.perception.bank.InvalidReferenceException.Problem;

/** Arithmetic and checks of one embedding. All sums are in double precision and in the order of the row. */
final class UnitRow {

    /** How far the length of a row may be from 1: fp32 rounding of an encoder's normalisation, with room. */
    static final double TOLERANCE = 1e-3;

    /** The same for a row that was stored in half precision. */
    static final double HALF_TOLERANCE = 1e-2;

    private UnitRow() {}

    /** Cosine of two unit rows, clamped to [-1, 1] where rounding goes beyond. */
    static float cosine(float[] a, int aOffset, float[] b) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < b.length; i += 2) {
            even += (double) a[aOffset + i] * b[i];
            odd += (double) a[aOffset + i + 1] * b[i + 1];
        }
        if (i < b.length) {
            even += (double) a[aOffset + i] * b[i];
        }
        return (float) Math.max(-1, Math.min(1, even + odd));
    }

    /** Euclidean length; NaN or infinite where an element is. */
    static double length(float[] values, int offset, int dimension) {
        double sum = 0;
        for (int i = offset; i < offset + dimension; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    /** A copy of length 1. */
    static float[] normalised(float[] row) {
        double length = length(row, 0, row.length);
        float[] unit = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            unit[i] = (float) (row[i] / length);
        }
        return unit;
    }

    /** @throws InvalidReferenceException if the reference is not a named, labelled unit row of this dimension */
    static void check(LabelledEmbedding reference, int dimension, double tolerance) {
        String id = reference.id();
        if (id == null || id.isBlank()) {
            throw new InvalidReferenceException(id, Problem.BLANK_ID, "its id is blank");
        }
        if (reference.label() == null || reference.label().isBlank()) {
            throw new InvalidReferenceException(id, Problem.BLANK_LABEL, "its label is blank");
        }
        float[] row = reference.embedding();
        if (row.length != dimension) {
            throw new InvalidReferenceException(
                    id,
                    Problem.DIMENSION,
                    "its embedding has " + row.length + " dimensions, the bank has " + dimension
                            + "; embed it with the bank's model");
        }
        double length = length(row, 0, dimension);
        if (!Double.isFinite(length)) {
            throw new InvalidReferenceException(
                    id, Problem.NOT_FINITE, "its embedding holds a NaN or an infinity, allowed are finite numbers");
        }
        if (Math.abs(length - 1) > tolerance) {
            throw new InvalidReferenceException(
                    id, Problem.NOT_UNIT, "its embedding has length " + length + ", allowed is 1 within " + tolerance);
        }
    }
}

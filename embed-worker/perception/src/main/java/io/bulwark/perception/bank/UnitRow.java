package io.bulwark.perception.bank;

import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException.Problem;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.metric.Cosine.Length;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
        return Length.of(values, offset, dimension);
    }

    /** A copy of length 1. */
    static float[] normalised(float[] row) {
        return Length.divided(row, length(row, 0, row.length));
    }

    /**
     * A row that was stored in half precision, brought back to length 1.
     *
     * @throws InvalidReferenceException if the bytes are not a unit row
     */
    static float[] ofHalf(String id, byte[] half) {
        if (half.length == 0 || half.length % Short.BYTES != 0) {
            throw new InvalidReferenceException(
                    id,
                    Problem.DIMENSION,
                    "its embedding has " + half.length + " bytes, allowed is an even number above 0");
        }
        float[] row = HalfFloats.decode(half);
        checkRow(id, row, row.length, HALF_TOLERANCE);
        return normalised(row);
    }

    /**
     * @throws InvalidReferenceException if the reference has no id or label, has too many rows or two of one name, or has
     *     one that is no unit row of this dimension
     */
    static void check(LabelledEmbedding reference, int dimension, double tolerance) {
        String id = reference.id();
        checkNames(id, reference.label());
        checkRow(id, reference.embedding(), dimension, tolerance);
        checkVariants(id, reference.variants(), dimension, tolerance);
    }

    /** @throws InvalidReferenceException if id or label is missing or blank */
    static void checkNames(String id, String label) {
        if (id == null || id.isBlank()) {
            throw new InvalidReferenceException(id, Problem.BLANK_ID, "its id is blank");
        }
        if (label == null || label.isBlank()) {
            throw new InvalidReferenceException(id, Problem.BLANK_LABEL, "its label is blank");
        }
    }

    /** @throws InvalidReferenceException if they are too many, two have one name, or one is no unit row */
    static void checkVariants(String id, List<ReferenceVariant> variants, int dimension, double tolerance) {
        if (variants.size() > LabelledEmbedding.MOST_VARIANTS) {
            throw new InvalidReferenceException(
                    id,
                    Problem.TOO_MANY_VARIANTS,
                    "it has " + variants.size() + " variants, allowed are " + LabelledEmbedding.MOST_VARIANTS);
        }
        Set<String> names = new HashSet<>();
        for (ReferenceVariant variant : variants) {
            if (variant.name() == null || variant.name().isBlank() || !names.add(variant.name())) {
                throw new InvalidReferenceException(
                        id,
                        Problem.VARIANT_NAME,
                        "a variant is named \"" + variant.name() + "\", allowed are names that differ");
            }
            checkRow(id, variant.embedding(), dimension, tolerance);
        }
    }

    private static void checkRow(String id, float[] row, int dimension, double tolerance) {
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

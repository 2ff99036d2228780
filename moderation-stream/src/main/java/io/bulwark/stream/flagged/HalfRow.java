package io.bulwark.stream.flagged;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Unit rows as they travel: IEEE 754 binary16, little-endian. */
public final class HalfRow {

    /** How far the length of a row in half precision may be from 1. */
    private static final double TOLERANCE = 1e-2;

    private static final int LANES = 8;

    private HalfRow() {}

    /** The row, brought back to length 1; empty where the bytes are none. */
    public static Optional<float[]> decode(byte[] bytes) {
        if (bytes.length == 0 || bytes.length % Short.BYTES != 0) {
            return Optional.empty();
        }
        ByteBuffer halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] row = new float[bytes.length / Short.BYTES];
        double squares = 0;
        for (int i = 0; i < row.length; i++) {
            row[i] = toFloat(halves.getShort());
            squares += (double) row[i] * row[i];
        }
        double length = Math.sqrt(squares);
        if (!(Math.abs(length - 1) <= TOLERANCE)) {
            return Optional.empty();
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (row[i] / length);
        }
        return Optional.of(row);
    }

    /** The angle between two unit rows of one dimension, in radians. */
    static double angle(float[] a, float[] b) {
        // Independent sums, so that the processor need not wait for the one before.
        float[] sums = new float[LANES];
        int i = 0;
        for (; i + LANES <= a.length; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                sums[lane] += a[i + lane] * b[i + lane];
            }
        }
        double dot = 0;
        for (float sum : sums) {
            dot += sum;
        }
        for (; i < a.length; i++) {
            dot += a[i] * b[i];
        }
        return Math.acos(Math.max(-1, Math.min(1, dot)));
    }

    private static float toFloat(short half) {
        int exponent = (half >>> 10) & 0x1F;
        int mantissa = half & 0x3FF;
        float magnitude;
        if (exponent == 0) {
            magnitude = mantissa * 0x1p-24f;
        } else if (exponent == 0x1F) {
            magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Float.intBitsToFloat(((exponent + 127 - 15) << 23) | (mantissa << 13));
        }
        return (half & 0x8000) == 0 ? magnitude : -magnitude;
    }
}

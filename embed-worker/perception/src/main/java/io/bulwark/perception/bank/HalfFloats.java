package io.bulwark.perception.bank;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * IEEE 754 binary16, little-endian: how embeddings travel. Rounds to nearest, ties to even, as NumPy and PyTorch do.
 * (The JDK has such conversions from 20 on only.)
 */
public final class HalfFloats {

    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7C00;
    private static final int QUIET_NAN = 0x7E00;
    /** The least float that rounds to infinity: halfway between 65504 and 65536. */
    private static final float OVERFLOW = 65520f;
    /** 2^-14, the least normal half. */
    private static final float LEAST_NORMAL = 0x1p-14f;

    private HalfFloats() {}

    /** Two bytes a value. */
    public static byte[] encode(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(toHalf(value));
        }
        return bytes.array();
    }

    /**
     * The values as stored, not normalised.
     *
     * @throws IllegalArgumentException if the number of bytes is odd
     */
    public static float[] decode(byte[] bytes) {
        if (bytes.length % Short.BYTES != 0) {
            throw new IllegalArgumentException(
                    "Half-precision values take two bytes each, found " + bytes.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.length / Short.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = toFloat(buffer.getShort());
        }
        return values;
    }

    static short toHalf(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & SIGN;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | QUIET_NAN);
        }
        if (magnitude >= OVERFLOW) {
            return (short) (sign | INFINITY);
        }
        if (magnitude < LEAST_NORMAL) {
            // Subnormal: a multiple of 2^-24. The product is exact; rint rounds ties to even. 1024 is the least normal.
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
        }
        int bits = Float.floatToRawIntBits(magnitude);
        int rounded = bits + 0x0FFF + ((bits >>> 13) & 1);
        return (short) (sign | ((rounded >>> 13) - ((127 - 15) << 10)));
    }

    static float toFloat(short half) {
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
        return (half & SIGN) == 0 ? magnitude : -magnitude;
    }
}

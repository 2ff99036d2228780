package io.bulwark.perception.safetensors;

import java.util.Arrays;
import java.util.Optional;

/** Element types by the names that safetensors headers use. All are little-endian. */
public enum ElementType {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    F64(8),
    I64(8),
    U64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether {@link SafetensorsFile#floats} can read it. */
    public boolean readsAsFloat() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The two 16-bit float formats, IEEE 754 binary16 and bfloat16, to and from binary32, rounding half to even. (The
     * JDK has binary16 conversions from 20 on; Bulwark also runs on 17.)
     */
    public static final class Halves {

        private Halves() {}

        /** The value of binary16 bits; exact. */
        public static float fromHalf(short bits) {
            int sign = (bits & 0x8000) << 16;
            int exponent = (bits >>> 10) & 0x1f;
            int fraction = bits & 0x3ff;
            if (exponent == 0x1f) {
                return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
            }
            if (exponent == 0) {
                float magnitude = fraction * 0x1p-24f;
                return sign == 0 ? magnitude : -magnitude;
            }
            return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
        }

        /** The nearest binary16, ties to even; beyond 65520 infinity; NaN stays NaN. */
        public static short toHalf(float value) {
            int bits = Float.floatToRawIntBits(value);
            int sign = (bits >>> 16) & 0x8000;
            int magnitude = bits & 0x7fffffff;
            if (magnitude > 0x7f800000) {
                return (short) (sign | 0x7e00);
            }
            if (magnitude >= 0x477ff000) {
                return (short) (sign | 0x7c00);
            }
            if (magnitude < 0x38800000) {
                // Subnormal: a multiple of 2^-24. Math.rint rounds half to even, and both factors are exact in double.
                return (short) (sign | (int) Math.rint(Math.abs((double) value) * 0x1p24));
            }
            int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
            return (short) (sign | (rounded - 0x38000000) >>> 13);
        }

        /** The value of bfloat16 bits; exact. */
        public static float fromBfloat(short bits) {
            return Float.intBitsToFloat(bits << 16);
        }

        /** The nearest bfloat16, ties to even; NaN stays NaN. */
        public static short toBfloat(float value) {
            int bits = Float.floatToRawIntBits(value);
            if (Float.isNaN(value)) {
                return (short) (bits >>> 16 | 0x40);
            }
            return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
        }
    }
}

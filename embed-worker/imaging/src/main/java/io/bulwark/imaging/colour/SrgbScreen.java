package io.bulwark.imaging.colour;

/** The screen that people are taken to have: sRGB's primaries in the profile connection space, and its levels of light. */
final class SrgbScreen {

    /** From linear sRGB to XYZ under D50, as sRGB's profile has it (IEC 61966-2-1, adapted by Bradford's method). */
    static final double[] TO_XYZ_D50 = {
        0.436065674,
        0.385147095,
        0.143066406,
        0.222488403,
        0.716873169,
        0.060607910,
        0.013916016,
        0.097076416,
        0.714096069
    };

    static final double[] FROM_XYZ_D50 = Matrix3.inverse(TO_XYZ_D50);

    /** Fine enough for a fifth of a level in the darkest greys. */
    private static final int STEPS = 1 << 14;

    private static final byte[] LEVELS = levels();

    private SrgbScreen() {}

    private static byte[] levels() {
        byte[] levels = new byte[STEPS + 1];
        for (int i = 0; i <= STEPS; i++) {
            levels[i] = (byte) Math.round(255 * encode((double) i / STEPS));
        }
        return levels;
    }

    /** The level, 0 to 1, that shows a light of 0 to 1. */
    static double encode(double light) {
        return light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
    }

    /** The level as a byte; light below 0 and above 1 is clipped. */
    static byte level(float light) {
        return LEVELS[(int) (Math.max(0, Math.min(1, light)) * STEPS + 0.5f)];
    }
}

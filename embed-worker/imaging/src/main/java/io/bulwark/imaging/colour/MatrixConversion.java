package io.bulwark.imaging.colour;

import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.colour.Primaries.Matrix3;
import java.util.Optional;

/** A curve a channel, and a matrix: what cameras' and screens' profiles say. */
final class MatrixConversion implements ColourConversion {

    /** Half a level: less than a screen can show, and what profiles of sRGB differ by from each other. */
    private static final double SAME_LEVEL = 0.5 / 255;

    /** What a full channel may add to another's black: 0.0003 is the first level. */
    private static final double SAME_LIGHT = 0.0003;

    private final float[] red;
    private final float[] green;
    private final float[] blue;
    private final float[] matrix = new float[9];

    private MatrixConversion(float[][] tables, double[] matrix) {
        this.red = tables[0];
        this.green = tables[1];
        this.blue = tables[2];
        for (int i = 0; i < 9; i++) {
            this.matrix[i] = (float) matrix[i];
        }
    }

    /** The same with one curve for all. */
    static Optional<ColourConversion> of(ToneCurve curve, double[] toXyz) {
        return of(new ToneCurve[] {curve, curve, curve}, toXyz);
    }

    /**
     * A conversion, or none where it would change next to nothing, as with the many files that carry sRGB's own
     * profile.
     *
     * @param curves of red, green and blue
     * @param toXyz from linear light to XYZ under D50
     */
    static Optional<ColourConversion> of(ToneCurve[] curves, double[] toXyz) {
        float[][] tables = new float[3][];
        boolean same = true;
        for (int c = 0; c < 3; c++) {
            tables[c] = ToneCurve.ofBytes(curves[c]);
            for (int i = 0; i < ToneCurve.LEVELS; i++) {
                same &= Math.abs(SrgbScreen.encode(tables[c][i]) - i / 255.0) <= SAME_LEVEL;
            }
        }
        double[] matrix = Matrix3.multiply(SrgbScreen.FROM_XYZ_D50, toXyz);
        for (int i = 0; i < 9; i++) {
            same &= Math.abs(matrix[i] - (i % 4 == 0 ? 1 : 0)) <= SAME_LIGHT;
        }
        return same ? Optional.empty() : Optional.of(new MatrixConversion(tables, matrix));
    }

    @Override
    public void toSrgb(byte[] from, int at, int step, int count, byte[] to, int toAt, int toStep) {
        float[] m = matrix;
        int in = at;
        int out = toAt;
        for (int i = 0; i < count; i++, in += step, out += toStep) {
            float r = red[from[in] & 0xff];
            float g = green[from[in + 1] & 0xff];
            float b = blue[from[in + 2] & 0xff];
            to[out] = SrgbScreen.level(m[0] * r + m[1] * g + m[2] * b);
            to[out + 1] = SrgbScreen.level(m[3] * r + m[4] * g + m[5] * b);
            to[out + 2] = SrgbScreen.level(m[6] * r + m[7] * g + m[8] * b);
        }
    }

    @Override
    public String description() {
        return "by curves and primaries";
    }

    /**
     * The screen that people are taken to have: sRGB's primaries in the profile connection space, and its levels of
     * light.
     */
    static final class SrgbScreen {

        /**
         * From linear sRGB to XYZ under D50, as sRGB's profile has it (IEC 61966-2-1, adapted by Bradford's method).
         */
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
}

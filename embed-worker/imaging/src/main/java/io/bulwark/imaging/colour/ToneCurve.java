package io.bulwark.imaging.colour;

import java.util.Optional;

/** What a channel's level, 0 to 1, means: its light, or what a profile calculates on with. */
interface ToneCurve {

    /** Levels of a byte. */
    int LEVELS = 256;

    ToneCurve IDENTITY = x -> x;

    /** sRGB's own (IEC 61966-2-1). */
    ToneCurve SRGB = parametric(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0);

    double at(double level);

    /** A power; 0 stays 0 and 1 stays 1 whatever the exponent, 0 included. */
    static ToneCurve power(double exponent) {
        return x -> x <= 0 ? 0 : Math.pow(x, exponent);
    }

    /** {@code (a x + b)^g + e} from {@code d} on, {@code c x + f} below (ICC.1:2022, 10.18). */
    static ToneCurve parametric(double g, double a, double b, double c, double d, double e, double f) {
        ToneCurve power = power(g);
        return x -> x >= d ? power.at(a * x + b) + e : c * x + f;
    }

    /**
     * A line through numbers at even distances.
     *
     * @param start index of the first
     * @param count of numbers, at least 2
     * @param width bytes of a number: 1 or 2, big-endian
     */
    static ToneCurve table(byte[] bytes, int start, int count, int width) {
        return x -> {
            double place = Math.max(0, Math.min(1, x)) * (count - 1);
            int low = (int) place;
            int high = Math.min(low + 1, count - 1);
            double before = number(bytes, start, low, width);
            return before + (number(bytes, start, high, width) - before) * (place - low);
        };
    }

    private static double number(byte[] bytes, int start, int index, int width) {
        int at = start + index * width;
        return width == 1 ? (bytes[at] & 0xff) / 255.0 : ((bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff) / 65535.0;
    }

    /** Values for all levels of a byte. */
    static float[] ofBytes(ToneCurve curve) {
        float[] values = new float[LEVELS];
        for (int i = 0; i < LEVELS; i++) {
            values[i] = (float) curve.at(i / 255.0);
        }
        return values;
    }

    /** Reads curves of a profile (ICC.1:2022, 10.6 and 10.18). */
    static final class IccCurves {

        private static final int[] PARAMETERS = {1, 3, 4, 5, 7};

        /**
         * A curve.
         *
         * @param length bytes that it fills
         */
        record Read(ToneCurve curve, int length) {}

        private IccCurves() {}

        /** The curve that begins at a place and ends before another; empty where there is none that makes sense. */
        static Optional<Read> read(IccBytes icc, int start, int end) {
            if (end - start < 12) {
                return Optional.empty();
            }
            if (icc.is(start, "curv")) {
                return sampled(icc, start, end);
            }
            return icc.is(start, "para") ? parametric(icc, start, end) : Optional.empty();
        }

        /** Curves one after the other, each from a multiple of four bytes on. */
        static Optional<ToneCurve[]> read(IccBytes icc, int start, int end, int count) {
            ToneCurve[] curves = new ToneCurve[count];
            int at = start;
            for (int i = 0; i < count; i++) {
                Optional<Read> read = read(icc, at, end);
                if (read.isEmpty()) {
                    return Optional.empty();
                }
                curves[i] = read.get().curve();
                at += (read.get().length() + 3) / 4 * 4;
            }
            return Optional.of(curves);
        }

        private static Optional<Read> sampled(IccBytes icc, int start, int end) {
            int count = icc.i32(start + 8);
            if (count < 0 || count > (end - start - 12) / 2) {
                return Optional.empty();
            }
            int numbers = start + 12;
            ToneCurve curve = switch (count) {
                case 0 -> ToneCurve.IDENTITY;
                case 1 -> ToneCurve.power(icc.u16(numbers) / 256.0);
                default -> ToneCurve.table(icc.array(), numbers, count, 2);
            };
            return Optional.of(new Read(curve, 12 + 2 * count));
        }

        private static Optional<Read> parametric(IccBytes icc, int start, int end) {
            int type = icc.u16(start + 8);
            if (type >= PARAMETERS.length || end - start < 12 + 4 * PARAMETERS[type]) {
                return Optional.empty();
            }
            double[] p = new double[7];
            for (int i = 0; i < PARAMETERS[type]; i++) {
                p[i] = icc.fixed(start + 12 + 4 * i);
            }
            double g = p[0];
            double a = type == 0 ? 1 : p[1];
            double b = p[2];
            double c = type >= 3 ? p[3] : 0;
            double offset = type == 2 ? p[3] : 0;
            double d = switch (type) {
                case 0 -> 0;
                case 1, 2 -> -b / a;
                default -> p[4];
            };
            double e = type == 4 ? p[5] : offset;
            double f = type == 4 ? p[6] : offset;
            boolean possible = g >= 0 && a >= 0 && c >= 0 && d >= 0 && a * d + b >= 0;
            return possible
                    ? Optional.of(new Read(ToneCurve.parametric(g, a, b, c, d, e, f), 12 + 4 * PARAMETERS[type]))
                    : Optional.empty();
        }
    }
}

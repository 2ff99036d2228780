package io.bulwark.imaging.colour;

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
}

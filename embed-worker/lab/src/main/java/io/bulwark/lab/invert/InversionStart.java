package io.bulwark.lab.invert;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What an inversion begins with. Pure. */
sealed interface InversionStart {

    /** Grey everywhere. */
    static InversionStart grey() {
        return new Grey();
    }

    /** Grey with noise. */
    static InversionStart noise() {
        return new Noise();
    }

    /**
     * Pictures.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1], of the inversion's own size; or one picture, for every sample
     * @param name for people
     */
    static InversionStart picture(String name, float[] pixels) {
        return new Picture(name, pixels);
    }

    /** @return {@code [count, 3, height, width]} in [0, 1] */
    float[] pixels(int count, int height, int width, long seed);

    /** A half. */
    record Grey() implements InversionStart {

        @Override
        public float[] pixels(int count, int height, int width, long seed) {
            float[] pixels = new float[count * 3 * height * width];
            Arrays.fill(pixels, 0.5f);
            return pixels;
        }
    }

    /** A half, and Gaussian noise of deviation 0.1. */
    record Noise() implements InversionStart {

        private static final double DEVIATION = 0.1;

        @Override
        public float[] pixels(int count, int height, int width, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            float[] pixels = new float[count * 3 * height * width];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) Math.max(0, Math.min(1, 0.5 + DEVIATION * random.nextGaussian()));
            }
            return pixels;
        }
    }

    /** See {@link InversionStart#picture}. */
    record Picture(String name, float[] values) implements InversionStart {

        @Override
        public float[] pixels(int count, int height, int width, long seed) {
            int length = 3 * height * width;
            if (values.length != length && values.length != count * length) {
                throw new IllegalArgumentException("the start '%s' has %d values, wanted are %d, or %d for each of %d"
                        .formatted(name, values.length, length, length, count));
            }
            float[] pixels = new float[count * length];
            for (int at = 0; at < pixels.length; at += values.length) {
                System.arraycopy(values, 0, pixels, at, values.length);
            }
            return pixels;
        }
    }
}

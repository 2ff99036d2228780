package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.mask.InsetMask.Inset;

/**
 * A rectangle that lies turned in a part of a picture, seen upright: bilinear interpolation between the four nearest
 * pixels of the part. The same on every machine, bit for bit. Immutable; any thread.
 *
 * @param sources {@code [height, width, 4]} pixels of the part, row by row
 * @param weights {@code [height, width, 4]}, of those; four of them sum to 1
 */
record Levelling(int[] sources, double[] weights) {

    private static final int NEAREST = 4;

    /**
     * The way from a part to an upright picture.
     *
     * @param inset in the coordinates of the part
     * @param width of the part
     * @param height of the part
     * @param seenWidth of the upright picture
     * @param seenHeight of the upright picture
     */
    static Levelling of(Inset inset, int width, int height, int seenWidth, int seenHeight) {
        int[] sources = new int[seenWidth * seenHeight * NEAREST];
        double[] weights = new double[sources.length];
        double turn = StrictMath.toRadians(inset.degrees());
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        for (int i = 0; i < seenWidth * seenHeight; i++) {
            double along = ((i % seenWidth + 0.5) / seenWidth - 0.5) * inset.width();
            double aside = ((i / seenWidth + 0.5) / seenHeight - 0.5) * inset.height();
            double x = inside(inset.x() + along * cos - aside * sin - 0.5, width);
            double y = inside(inset.y() + along * sin + aside * cos - 0.5, height);
            int left = (int) x;
            int top = (int) y;
            int right = Math.min(left + 1, width - 1);
            int bottom = Math.min(top + 1, height - 1);
            sources[NEAREST * i] = top * width + left;
            sources[NEAREST * i + 1] = top * width + right;
            sources[NEAREST * i + 2] = bottom * width + left;
            sources[NEAREST * i + 3] = bottom * width + right;
            weights[NEAREST * i] = (1 - (x - left)) * (1 - (y - top));
            weights[NEAREST * i + 1] = (x - left) * (1 - (y - top));
            weights[NEAREST * i + 2] = (1 - (x - left)) * (y - top);
            weights[NEAREST * i + 3] = (x - left) * (y - top);
        }
        return new Levelling(sources, weights);
    }

    private static double inside(double at, int pixels) {
        return Math.max(0, Math.min(pixels - 1, at));
    }

    /**
     * Sees.
     *
     * @param part {@code [part height, part width, channels]} unsigned bytes
     * @return {@code [height, width, channels]}
     */
    byte[] see(byte[] part, int channels) {
        byte[] seen = new byte[sources.length / NEAREST * channels];
        for (int i = 0; i < seen.length; i++) {
            double sum = 0;
            int first = i / channels * NEAREST;
            for (int near = first; near < first + NEAREST; near++) {
                sum += weights[near] * (part[sources[near] * channels + i % channels] & 0xff);
            }
            seen[i] = (byte) Math.round(sum);
        }
        return seen;
    }

    /**
     * The transpose, of one channel.
     *
     * @param gradient by the pixels of the upright picture, from {@code at} on
     * @param pixels of the part
     * @return by the pixels of the part
     */
    float[] pullBack(float[] gradient, int at, int pixels) {
        float[] slope = new float[pixels];
        for (int near = 0; near < sources.length; near++) {
            slope[sources[near]] += (float) weights[near] * gradient[at + near / NEAREST];
        }
        return slope;
    }
}

package io.bulwark.lab.invert;

import io.bulwark.lab.invert.Placement.Size;

/**
 * The mean over all pixels of one channel of the squared differences to the right and lower neighbour, over three: the
 * channels of a picture add up to a mean (Mahendran and Vedaldi, CVPR 2015, with their beta of 2). Pure.
 */
final class TotalVariation {

    private static final int CHANNELS = 3;

    private TotalVariation() {}

    /** Adds {@code weight} times its derivative by one channel, which lies from {@code at} on. */
    static void addSlope(float[] pixels, int at, Size size, double weight, float[] into) {
        float factor = (float) (2 * weight / (CHANNELS * size.area()));
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                int here = at + y * size.width() + x;
                if (x + 1 < size.width()) {
                    addPair(pixels, here, here + 1, factor, into);
                }
                if (y + 1 < size.height()) {
                    addPair(pixels, here, here + size.width(), factor, into);
                }
            }
        }
    }

    private static void addPair(float[] pixels, int one, int other, float factor, float[] into) {
        float slope = factor * (pixels[other] - pixels[one]);
        into[one] -= slope;
        into[other] += slope;
    }
}

package io.bulwark.imaging.jpeg;

import java.io.Serializable;

/**
 * How far JPEGs may be reduced while they are decoded: to a half, a quarter or an eighth, by leaving out high
 * frequencies of each block's cosine transform, which costs less than decoding them and resampling afterwards. That is
 * a low-pass filter, not the skipping of pixels, yet another one than the resampling's own: embeddings move a little,
 * so it is part of what fingerprints are made of.
 *
 * @param leastSide pixels that the shorter side keeps at least
 */
public record JpegReduction(int leastSide) implements Serializable {

    private static final int LARGEST = 8;
    private static final JpegReduction NONE = new JpegReduction(Integer.MAX_VALUE);

    public JpegReduction {
        if (leastSide < 1) {
            throw new IllegalArgumentException("The least side is " + leastSide + ", allowed are 1 and more");
        }
    }

    /** Every picture is decoded whole. */
    public static JpegReduction none() {
        return NONE;
    }

    /** Whether every picture is decoded whole. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** What sides are divided by: 1, 2, 4 or 8. */
    int divisor(int width, int height) {
        int divisor = LARGEST;
        while (divisor > 1 && Math.min(width, height) / divisor < leastSide) {
            divisor /= 2;
        }
        return divisor;
    }

    /** A canonical line, part of fingerprints. */
    public String canonical() {
        return isNone() ? "whole" : "jpeg-reduction 1: by 2, 4 or 8, the shorter side at least " + leastSide;
    }
}

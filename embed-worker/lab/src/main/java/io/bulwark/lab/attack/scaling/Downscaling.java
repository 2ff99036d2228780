package io.bulwark.lab.attack.scaling;

/** A scaling as the linear function that it is but for rounding and clipping. One thread. */
public interface Downscaling {

    /** Of the upload, in pixels. */
    int width();

    /** Of the upload, in pixels. */
    int height();

    /** Of what is seen, in pixels. */
    int seenWidth();

    /** Of what is seen, in pixels. */
    int seenHeight();

    /**
     * Scales.
     *
     * @param picture {@code [3, height, width]} in levels of 8 bits
     * @return {@code [3, seenHeight, seenWidth]} in the same
     */
    float[] see(float[] picture);

    /**
     * The transpose.
     *
     * @param seen {@code [3, seenHeight, seenWidth]}
     * @return {@code [3, height, width]}
     */
    float[] pullBack(float[] seen);
}

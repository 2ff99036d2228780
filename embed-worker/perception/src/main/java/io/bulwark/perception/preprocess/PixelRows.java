package io.bulwark.perception.preprocess;

/**
 * A picture read row by row in the channels that are resampled. Conversions happen on the way, so that no second copy
 * of a large picture is made.
 */
interface PixelRows {

    int width();

    int height();

    /** Interleaved unsigned bytes a pixel, 1 to 4. */
    int channels();

    /**
     * Reads a piece of a row.
     *
     * @param y row
     * @param x first column
     * @param count columns
     * @param into filled from index 0 with {@code count * channels()} bytes
     */
    void read(int y, int x, int count, byte[] into);
}

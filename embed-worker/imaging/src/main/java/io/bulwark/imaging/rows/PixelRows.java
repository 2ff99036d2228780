package io.bulwark.imaging.rows;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.Pose;

/**
 * A picture read row by row in the channels that are resampled. Conversions happen on the way, so that no second copy
 * of a large picture is made.
 */
public interface PixelRows {

    /**
     * What a person sees of a raster: gray where its mode is gray (16 bits cut to the high eight), else RGB, and white behind what is
     * seen through. The rows are the stored ones: {@link Pose#ofExif} says how they are turned to be seen.
     *
     * @param raster not copied; read for as long as the rows are
     * @return rows of 1 or 3 channels; any thread may read them
     */
    static PixelRows overWhite(Raster raster) {
        return Transparency.isReal(raster) ? RasterRows.overWhite(raster) : RasterRows.opaque(raster);
    }

    /** In pixels. */
    int width();

    /** In pixels. */
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

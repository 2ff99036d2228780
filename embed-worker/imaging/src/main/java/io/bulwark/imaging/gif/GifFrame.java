package io.bulwark.imaging.gif;

import io.bulwark.imaging.animation.Placement;

/**
 * One frame of a GIF, undecoded.
 *
 * @param palette offset of its palette in the file, -1 without one
 * @param entries of that palette
 * @param transparent index of the transparent entry, -1 without one
 * @param interlaced whether its rows come in four passes
 * @param minimumCodeSize of its LZW data
 * @param data offset of its first sub-block
 */
record GifFrame(
        Placement placement,
        int palette,
        int entries,
        int transparent,
        boolean interlaced,
        int minimumCodeSize,
        int data) {

    private static final int[] STARTS = {0, 4, 2, 1};
    private static final int[] STEPS = {8, 8, 4, 2};

    int width() {
        return placement.width();
    }

    int height() {
        return placement.height();
    }

    /** Where a row of the picture stands among the rows of the data. */
    int storedRow(int row) {
        if (!interlaced) {
            return row;
        }
        int before = 0;
        for (int pass = 0; pass < STARTS.length; pass++) {
            int from = row - STARTS[pass];
            if (from >= 0 && from % STEPS[pass] == 0) {
                return before + from / STEPS[pass];
            }
            before += Math.max(0, (height() - STARTS[pass] + STEPS[pass] - 1) / STEPS[pass]);
        }
        throw new IllegalStateException("Row " + row + " is in none of the four passes");
    }
}

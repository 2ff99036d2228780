package io.bulwark.imaging.rows;

import io.bulwark.imaging.ColourConversion;

/**
 * What the 256 levels of a gray picture look like under its profile: levels again, or colours, if it tints them.
 *
 * @param channels 1 or 3
 * @param shown {@code [256, 3]} unsigned bytes in sRGB
 */
record GrayLevels(int channels, byte[] shown) {

    private static final int LEVELS = 256;

    static GrayLevels of(ColourConversion colour) {
        byte[] shown = new byte[3 * LEVELS];
        for (int i = 0; i < shown.length; i++) {
            shown[i] = (byte) (i / 3);
        }
        colour.toSrgb(shown, 0, 3, LEVELS, shown, 0, 3);
        boolean tinted = false;
        for (int i = 0; i < shown.length; i += 3) {
            tinted |= shown[i] != shown[i + 1] || shown[i] != shown[i + 2];
        }
        return new GrayLevels(tinted ? 3 : 1, shown);
    }

    /** Replaces levels by what they look like; from the last to the first, since colours need more room. */
    void replace(byte[] row, int count) {
        for (int i = count - 1; i >= 0; i--) {
            int level = 3 * (row[i] & 0xff);
            for (int c = 0; c < channels; c++) {
                row[channels * i + c] = shown[level + c];
            }
        }
    }
}

package io.bulwark.imaging.parity;

import io.bulwark.imaging.preprocess.UprightPicture.SeenPicture;

/**
 * A picture on a page.
 *
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param white {@code [height, width, 3]} on a white page
 * @param black the same on a black page
 */
record Painted(int width, int height, byte[] white, byte[] black) {

    static Painted of(SeenPicture seen) {
        return new Painted(seen.width(), seen.height(), seen.over(255), seen.over(0));
    }

    /** Whether nothing is painted. */
    boolean isBlank() {
        for (int i = 0; i < white.length; i++) {
            if (white[i] != (byte) 255 || black[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The pixel in the middle on both pages, for messages. */
    String middle() {
        int at = (height / 2 * width + width / 2) * 3;
        return "#%02x%02x%02x on white, #%02x%02x%02x on black"
                .formatted(
                        white[at] & 0xff,
                        white[at + 1] & 0xff,
                        white[at + 2] & 0xff,
                        black[at] & 0xff,
                        black[at + 1] & 0xff,
                        black[at + 2] & 0xff);
    }
}

package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;

/** A plain ground that pictures are put on. One thread. */
final class Sheet {

    private final int width;
    private final int height;
    private final byte[] rgb;

    /** @param colour {@code 0xRRGGBB} */
    Sheet(int width, int height, int colour) {
        this.width = width;
        this.height = height;
        rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) (colour >> 16);
            rgb[i + 1] = (byte) (colour >> 8);
            rgb[i + 2] = (byte) colour;
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Covers the ground from there on with a picture, all of which must fit. */
    Sheet put(UprightPicture picture, int left, int top) {
        for (int row = 0; row < picture.height(); row++) {
            System.arraycopy(
                    picture.rgb(),
                    row * picture.width() * 3,
                    rgb,
                    ((top + row) * width + left) * 3,
                    picture.width() * 3);
        }
        return this;
    }

    /** What lies there now. The sheet is not used afterwards. */
    UprightPicture picture() {
        return new UprightPicture(width, height, rgb);
    }
}

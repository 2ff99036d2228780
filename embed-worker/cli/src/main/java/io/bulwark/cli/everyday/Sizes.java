package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;

/** Pictures made smaller and cut. */
final class Sizes {

    private Sizes() {}

    /** A length in whole pixels, at least one. */
    static int side(double length) {
        return Math.max(1, (int) Math.round(length));
    }

    static UprightPicture scaled(UprightPicture picture, double factor) {
        return picture.resized(side(picture.width() * factor), side(picture.height() * factor));
    }

    /** Shrunk to this length of the longer side; never enlarged. */
    static UprightPicture within(UprightPicture picture, int longest) {
        int longer = Math.max(picture.width(), picture.height());
        return longer <= longest ? picture : scaled(picture, (double) longest / longer);
    }

    /** A rectangle of it. */
    static UprightPicture cut(UprightPicture picture, int left, int top, int width, int height) {
        byte[] part = new byte[width * height * 3];
        for (int row = 0; row < height; row++) {
            int from = ((top + row) * picture.width() + left) * 3;
            System.arraycopy(picture.rgb(), from, part, row * width * 3, width * 3);
        }
        return new UprightPicture(width, height, part);
    }

    /** The largest middle part of that shape, resized to it. */
    static UprightPicture filling(UprightPicture picture, int width, int height) {
        double scale = Math.max((double) width / picture.width(), (double) height / picture.height());
        int seenWidth = Math.min(picture.width(), side(width / scale));
        int seenHeight = Math.min(picture.height(), side(height / scale));
        return cut(
                        picture,
                        (picture.width() - seenWidth) / 2,
                        (picture.height() - seenHeight) / 2,
                        seenWidth,
                        seenHeight)
                .resized(width, height);
    }
}

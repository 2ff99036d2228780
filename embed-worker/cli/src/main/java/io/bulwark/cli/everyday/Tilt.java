package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;

/** Turning by an angle that is no quarter. */
final class Tilt {

    private Tilt() {}

    /**
     * Turned about its middle, on a ground just large enough, each pixel between the four that it falls on.
     *
     * @param degrees from 0 to 90
     * @param ground {@code 0xRRGGBB}
     */
    static UprightPicture clockwise(UprightPicture picture, double degrees, int ground) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        int width = (int) Math.ceil(picture.width() * cos + picture.height() * sin);
        int height = (int) Math.ceil(picture.width() * sin + picture.height() * cos);
        byte[] turned = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            double down = y - (height - 1) / 2.0;
            for (int x = 0; x < width; x++) {
                double right = x - (width - 1) / 2.0;
                double column = right * cos + down * sin + (picture.width() - 1) / 2.0;
                double row = down * cos - right * sin + (picture.height() - 1) / 2.0;
                for (int channel = 0; channel < 3; channel++) {
                    turned[(y * width + x) * 3 + channel] = (byte)
                            Math.round(between(picture, column, row, channel, ground >> (16 - 8 * channel) & 0xFF));
                }
            }
        }
        return new UprightPicture(width, height, turned);
    }

    /**
     * Turned about its middle and cut to the largest rectangle of its shape that shows none of the ground.
     *
     * @param degrees from -45 to 45, to the right
     */
    static UprightPicture cropped(UprightPicture picture, double degrees) {
        UprightPicture turned =
                degrees < 0 ? clockwise(Turns.turnedLeft(picture), 90 + degrees, 0) : clockwise(picture, degrees, 0);
        double angle = Math.toRadians(Math.abs(degrees));
        double shape =
                (double) Math.max(picture.width(), picture.height()) / Math.min(picture.width(), picture.height());
        double scale = 1 / (StrictMath.cos(angle) + StrictMath.sin(angle) * shape);
        int width = Math.max(1, (int) (scale * picture.width()) - 2);
        int height = Math.max(1, (int) (scale * picture.height()) - 2);
        return Sizes.cut(turned, (turned.width() - width) / 2, (turned.height() - height) / 2, width, height);
    }

    /** A pixel between the four that it falls on. */
    static double between(UprightPicture picture, double column, double row, int channel, int ground) {
        int left = (int) Math.floor(column);
        int top = (int) Math.floor(row);
        double across = column - left;
        double down = row - top;
        return (1 - down)
                        * ((1 - across) * at(picture, left, top, channel, ground)
                                + across * at(picture, left + 1, top, channel, ground))
                + down
                        * ((1 - across) * at(picture, left, top + 1, channel, ground)
                                + across * at(picture, left + 1, top + 1, channel, ground));
    }

    private static int at(UprightPicture picture, int column, int row, int channel, int ground) {
        boolean outside = column < 0 || row < 0 || column >= picture.width() || row >= picture.height();
        return outside ? ground : picture.rgb()[(row * picture.width() + column) * 3 + channel] & 0xFF;
    }
}

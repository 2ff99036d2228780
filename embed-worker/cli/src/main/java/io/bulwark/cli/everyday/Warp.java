package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.UprightPicture;

/** The same pixels in other places. Sizes stay but where a picture is continued. */
final class Warp {

    private static final int WHITE = 0xFFFFFF;

    private Warp() {}

    /** Where a pixel comes from, in shares of the sides. */
    private interface Source {
        /** @return column and row, each 0 to 1 within the picture */
        double[] of(double x, double y);
    }

    /**
     * The upper edge is further away, on white.
     *
     * @param strength by how much shorter it looks: its length is 1 / (1 + strength) of the lower one's
     */
    static UprightPicture perspective(UprightPicture picture, double strength) {
        return perspective(picture, strength, WHITE);
    }

    /** The same. @param ground {@code 0xRRGGBB}, beside what looks shorter */
    static UprightPicture perspective(UprightPicture picture, double strength, int ground) {
        return moved(picture, ground, (x, y) ->
                new double[] {0.5 + (x - 0.5) * (1 + strength * (1 - y)), y * (1 + strength) / (1 + strength * y)});
    }

    /**
     * Rows and columns follow sine waves; white shows beyond the edges.
     *
     * @param height of a wave, as a share of the sides
     * @param count of waves along each side
     */
    static UprightPicture waves(UprightPicture picture, double height, int count) {
        double full = 2 * Math.PI * count;
        return moved(picture, WHITE, (x, y) ->
                new double[] {x + height * Math.sin(full * y), y + height * Math.sin(full * x)});
    }

    /** Mirrored beyond its edges. @param share of the side added at each edge */
    static UprightPicture continued(UprightPicture picture, double share) {
        int across = Sizes.side(picture.width() * share);
        int down = Sizes.side(picture.height() * share);
        int width = picture.width() + 2 * across;
        int height = picture.height() + 2 * down;
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            int row = mirrored(y - down, picture.height());
            for (int x = 0; x < width; x++) {
                int from = (row * picture.width() + mirrored(x - across, picture.width())) * 3;
                System.arraycopy(picture.rgb(), from, rgb, (y * width + x) * 3, 3);
            }
        }
        return new UprightPicture(width, height, rgb);
    }

    private static int mirrored(int at, int length) {
        int inside = at < 0 ? -at - 1 : at >= length ? 2 * length - 1 - at : at;
        return Math.max(0, Math.min(length - 1, inside));
    }

    private static UprightPicture moved(UprightPicture picture, int ground, Source source) {
        int width = picture.width();
        int height = picture.height();
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            double[] from = source.of((i % width + 0.5) / width, (i / width + 0.5) / height);
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = (byte) Math.round(Tilt.between(
                        picture,
                        from[0] * width - 0.5,
                        from[1] * height - 0.5,
                        channel,
                        ground >> (16 - 8 * channel) & 0xFF));
            }
        }
        return new UprightPicture(width, height, rgb);
    }

    /** Turning by an angle that is no quarter. */
    static final class Tilt {

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
            UprightPicture turned = degrees < 0
                    ? clockwise(Turns.turnedLeft(picture), 90 + degrees, 0)
                    : clockwise(picture, degrees, 0);
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

    /** Turns by quarters and the mirror image. */
    static final class Turns {

        private static final int MIRRORED = 2;
        private static final int TURNED_RIGHT = 6;
        private static final int TURNED_LEFT = 8;

        private Turns() {}

        static UprightPicture mirrored(UprightPicture picture) {
            return seen(picture, MIRRORED);
        }

        static UprightPicture turnedRight(UprightPicture picture) {
            return seen(picture, TURNED_RIGHT);
        }

        static UprightPicture turnedLeft(UprightPicture picture) {
            return seen(picture, TURNED_LEFT);
        }

        /** @param orientation of EXIF, 1 to 8, that the picture is seen by */
        private static UprightPicture seen(UprightPicture picture, int orientation) {
            return UprightPicture.of(new Raster(
                    Raster.Mode.RGB, picture.width(), picture.height(), picture.rgb(), new byte[0], orientation));
        }
    }
}

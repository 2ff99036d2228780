package io.bulwark.cli.everyday;

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
}

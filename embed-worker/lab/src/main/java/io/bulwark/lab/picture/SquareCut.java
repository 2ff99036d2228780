package io.bulwark.lab.picture;

import io.bulwark.imaging.Raster;

/** Squares of RGB pictures. */
public final class SquareCut {

    private static final int CHANNELS = 3;

    private SquareCut() {}

    /** A copy of a square part; what lies outside the picture is black. */
    public static Raster cut(Raster picture, int x, int y, int edge) {
        byte[] samples = new byte[edge * edge * CHANNELS];
        int left = Math.max(0, -x);
        int right = Math.min(edge, picture.width() - x);
        for (int row = Math.max(0, -y); row < Math.min(edge, picture.height() - y); row++) {
            System.arraycopy(
                    picture.samples(),
                    ((y + row) * picture.width() + x + left) * CHANNELS,
                    samples,
                    (row * edge + left) * CHANNELS,
                    (right - left) * CHANNELS);
        }
        return new Raster(Raster.Mode.RGB, edge, edge, samples, new byte[0], picture.orientation());
    }
}

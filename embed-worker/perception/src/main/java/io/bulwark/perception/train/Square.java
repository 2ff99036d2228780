package io.bulwark.perception.train;

import io.bulwark.perception.image.Raster;

/** Squares of RGB pictures. */
final class Square {

    private static final int CHANNELS = 3;

    private Square() {}

    /** A copy of a square part. */
    static Raster cut(Raster picture, int x, int y, int edge) {
        byte[] samples = new byte[edge * edge * CHANNELS];
        for (int row = 0; row < edge; row++) {
            System.arraycopy(
                    picture.samples(),
                    ((y + row) * picture.width() + x) * CHANNELS,
                    samples,
                    row * edge * CHANNELS,
                    edge * CHANNELS);
        }
        return new Raster(Raster.Mode.RGB, edge, edge, samples, new byte[0], picture.orientation());
    }
}

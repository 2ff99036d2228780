package io.bulwark.imaging.webp;

/** A decoded picture, whose pixels are converted row by row. */
interface WebpPixels {

    int RGB = 3;
    int RGBA = 4;

    /** Whether no pixel can be seen through. */
    boolean isOpaque();

    /**
     * Converts a row.
     *
     * @param into {@code [width, channels]}, filled from the beginning
     * @param channels 3 for RGB, 4 for RGBA
     */
    void row(int y, byte[] into, int channels);

    /**
     * A lossless picture.
     *
     * @param argb {@code [height, width]}
     */
    record Lossless(int width, int[] argb) implements WebpPixels {

        @Override
        public boolean isOpaque() {
            int all = -1;
            for (int pixel : argb) {
                all &= pixel;
            }
            return all >>> 24 == 255;
        }

        @Override
        public void row(int y, byte[] into, int channels) {
            for (int x = 0; x < width; x++) {
                int pixel = argb[y * width + x];
                int to = x * channels;
                into[to] = (byte) (pixel >> 16);
                into[to + 1] = (byte) (pixel >> 8);
                into[to + 2] = (byte) pixel;
                if (channels == RGBA) {
                    into[to + 3] = (byte) (pixel >>> 24);
                }
            }
        }
    }

    /**
     * A lossy picture.
     *
     * @param alpha {@code [height, width]}, null for an opaque picture
     */
    record Lossy(YuvPicture yuv, byte[] alpha) implements WebpPixels {

        @Override
        public boolean isOpaque() {
            int all = -1;
            for (int i = 0; alpha != null && i < alpha.length; i++) {
                all &= alpha[i];
            }
            return (all & 255) == 255;
        }

        @Override
        public void row(int y, byte[] into, int channels) {
            yuv.rgb(y, into, channels);
            for (int x = 0; channels == RGBA && x < yuv.width(); x++) {
                into[x * RGBA + 3] = alpha == null ? (byte) 255 : alpha[y * yuv.width() + x];
            }
        }
    }
}

package io.bulwark.imaging.png;

import io.bulwark.imaging.Raster.Mode;

/** Samples of any mode as RGBA, for an animation's canvas. */
final class PngRgba {

    private static final int RGBA = 4;
    private static final byte OPAQUE = (byte) 255;

    private PngRgba() {}

    /**
     * Converts pixels.
     *
     * @param samples of the picture's mode, or of a part of it
     * @param from index of the first byte
     * @param into filled from the beginning
     */
    static void convert(PngPicture picture, byte[] samples, int from, int pixels, byte[] into) {
        Mode mode = picture.mode();
        int bytes = mode.bytesPerPixel();
        if (mode == Mode.RGBA) {
            System.arraycopy(samples, from, into, 0, pixels * RGBA);
            return;
        }
        boolean keyed = mode != Mode.P && mode != Mode.LA && picture.palette().length > 0;
        for (int i = 0; i < pixels; i++) {
            int at = from + i * bytes;
            int to = i * RGBA;
            if (mode == Mode.P) {
                entry(picture.palette(), samples[at] & 0xff, into, to);
                continue;
            }
            int step = mode == Mode.RGB ? 1 : 0;
            int first = mode == Mode.I16 ? at + 1 : at;
            into[to] = samples[first];
            into[to + 1] = samples[first + step];
            into[to + 2] = samples[first + 2 * step];
            if (mode == Mode.LA) {
                into[to + 3] = samples[at + 1];
            } else {
                into[to + 3] = keyed && isKey(samples, at, bytes, picture.palette()) ? 0 : OPAQUE;
            }
        }
    }

    private static void entry(byte[] palette, int index, byte[] into, int to) {
        boolean known = RGBA * index < palette.length;
        for (int c = 0; c < RGBA; c++) {
            into[to + c] = known ? palette[RGBA * index + c] : c == 3 ? OPAQUE : 0;
        }
    }

    private static boolean isKey(byte[] samples, int at, int bytes, byte[] key) {
        for (int c = 0; c < bytes; c++) {
            if (samples[at + c] != key[c]) {
                return false;
            }
        }
        return true;
    }
}

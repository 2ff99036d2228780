package io.bulwark.imaging.rows;

import io.bulwark.imaging.Raster.Mode;

/** Pillow's conversions between modes, with its roundings. */
public final class PillowColour {

    private PillowColour() {}

    /** {@code a * b / 255}, rounded as Pillow's MULDIV255. */
    public static int scale(int a, int b) {
        int t = a * b + 128;
        return ((t >> 8) + t) >> 8;
    }

    /** Multiplies the colours by the alpha that stands last in each pixel, in place. */
    static void premultiply(byte[] samples, int pixels, int channels) {
        for (int i = 0; i < pixels; i++) {
            int at = i * channels;
            int alpha = samples[at + channels - 1] & 0xff;
            for (int c = at; c < at + channels - 1; c++) {
                samples[c] = (byte) scale(samples[c] & 0xff, alpha);
            }
        }
    }

    /** Divides the colours by the alpha that stands last in each pixel, in place; truncates as Pillow does. */
    public static void unpremultiply(byte[] samples, int pixels, int channels) {
        for (int i = 0; i < pixels; i++) {
            int at = i * channels;
            int alpha = samples[at + channels - 1] & 0xff;
            if (alpha == 0 || alpha == 255) {
                continue;
            }
            for (int c = at; c < at + channels - 1; c++) {
                samples[c] = (byte) Math.min(255, 255 * (samples[c] & 0xff) / alpha);
            }
        }
    }

    /**
     * Converts to RGB as {@code Image.convert("RGB")}: alpha is dropped, 16 bits are clipped at 255.
     *
     * @param from {@code [pixels, mode's bytes]}, from index 0
     * @param palette RGBA entries; indices beyond it are black
     * @param to {@code [pixels, 3]}, from index 0
     */
    public static void toRgb(Mode mode, byte[] from, byte[] palette, int pixels, byte[] to) {
        for (int i = 0, in = 0, out = 0; i < pixels; i++, in += mode.bytesPerPixel(), out += 3) {
            switch (mode) {
                case L, LA, BILEVEL -> gray(from[in], to, out);
                case I16 -> gray(from[in + 1] == 0 ? from[in] : (byte) 255, to, out);
                case RGB, RGBA -> {
                    to[out] = from[in];
                    to[out + 1] = from[in + 1];
                    to[out + 2] = from[in + 2];
                }
                case P -> {
                    int entry = (from[in] & 0xff) * 4;
                    boolean known = entry < palette.length;
                    to[out] = known ? palette[entry] : 0;
                    to[out + 1] = known ? palette[entry + 1] : 0;
                    to[out + 2] = known ? palette[entry + 2] : 0;
                }
                case CMYK -> {
                    int light = 255 - (from[in + 3] & 0xff);
                    to[out] = (byte) (light - scale(from[in] & 0xff, light));
                    to[out + 1] = (byte) (light - scale(from[in + 1] & 0xff, light));
                    to[out + 2] = (byte) (light - scale(from[in + 2] & 0xff, light));
                }
            }
        }
    }

    private static void gray(byte level, byte[] to, int at) {
        to[at] = level;
        to[at + 1] = level;
        to[at + 2] = level;
    }
}

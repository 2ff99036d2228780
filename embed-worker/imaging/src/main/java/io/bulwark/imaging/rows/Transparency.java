package io.bulwark.imaging.rows;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;

/** Which pixels of a raster are not opaque: by alpha, by palette, or by the file's one transparent colour. */
public final class Transparency {

    private Transparency() {}

    /** Whether at least one pixel is seen through; an alpha channel that is 255 everywhere is none. */
    public static boolean isReal(Raster raster) {
        byte[] samples = raster.samples();
        switch (raster.mode()) {
            case LA, RGBA -> {
                int bytes = raster.mode().bytesPerPixel();
                for (int i = bytes - 1; i < samples.length; i += bytes) {
                    if (samples[i] != (byte) 255) {
                        return true;
                    }
                }
                return false;
            }
            case CMYK -> {
                return false;
            }
            case P -> {
                return hasTranslucentIndex(samples, raster.palette());
            }
            default -> {
                int bytes = raster.mode().bytesPerPixel();
                for (int i = 0; raster.palette().length > 0 && i < samples.length; i += bytes) {
                    if (isKey(raster, i)) {
                        return true;
                    }
                }
                return false;
            }
        }
    }

    private static boolean hasTranslucentIndex(byte[] samples, byte[] palette) {
        boolean[] translucent = new boolean[256];
        boolean any = false;
        for (int i = 0; i < palette.length / 4; i++) {
            translucent[i] = palette[4 * i + 3] != (byte) 255;
            any |= translucent[i];
        }
        for (int i = 0; any && i < samples.length; i++) {
            if (translucent[samples[i] & 0xff]) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKey(Raster raster, int at) {
        for (int c = 0; c < raster.mode().bytesPerPixel(); c++) {
            if (raster.samples()[at + c] != raster.palette()[c]) {
                return false;
            }
        }
        return true;
    }

    /** One pixel as RGBA, not multiplied. */
    public static void rgba(Raster raster, int at, byte[] into, int to) {
        byte[] samples = raster.samples();
        byte[] palette = raster.palette();
        switch (raster.mode()) {
            case P -> {
                int entry = (samples[at] & 0xff) * 4;
                boolean known = entry < palette.length;
                for (int c = 0; c < 4; c++) {
                    into[to + c] = known ? palette[entry + c] : (byte) (c == 3 ? 255 : 0);
                }
            }
            case RGB, RGBA -> {
                into[to] = samples[at];
                into[to + 1] = samples[at + 1];
                into[to + 2] = samples[at + 2];
                into[to + 3] = raster.mode() == Mode.RGBA ? samples[at + 3] : keyed(raster, at);
            }
            default -> {
                byte gray = raster.mode() == Mode.I16 ? samples[at + 1] : samples[at];
                into[to] = gray;
                into[to + 1] = gray;
                into[to + 2] = gray;
                into[to + 3] = raster.mode() == Mode.LA ? samples[at + 1] : keyed(raster, at);
            }
        }
    }

    private static byte keyed(Raster raster, int at) {
        return (byte) (raster.palette().length > 0 && isKey(raster, at) ? 0 : 255);
    }
}

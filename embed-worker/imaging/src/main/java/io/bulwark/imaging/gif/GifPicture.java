package io.bulwark.imaging.gif;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import java.util.Arrays;

/**
 * A GIF's first frame as Pillow gives it: mode P, or L where the palette is the ramp of grays; outside the frame the
 * transparent index, or 0.
 */
final class GifPicture {

    private static final int RGBA = 4;

    private GifPicture() {}

    /**
     * Makes the picture.
     *
     * @param indices of the frame, rows in the order of the data
     * @param width of the screen
     * @param height of the screen
     */
    static Raster of(GifFrame frame, byte[] indices, byte[] file, int width, int height) {
        byte[] samples = new byte[width * height];
        Arrays.fill(samples, (byte) Math.max(0, frame.transparent()));
        int left = frame.placement().left();
        int top = frame.placement().top();
        for (int y = 0; y < frame.height(); y++) {
            int from = frame.storedRow(y) * frame.width();
            System.arraycopy(indices, from, samples, (top + y) * width + left, frame.width());
        }
        byte[] palette = palette(frame, file);
        boolean gray = isGrayRamp(palette);
        if (gray) {
            int t = frame.transparent();
            palette = t < 0 ? new byte[0] : new byte[] {(byte) t, 0, 0, 0};
        }
        return new Raster(gray ? Mode.L : Mode.P, width, height, samples, palette, 1);
    }

    /** {@code [entries, 4]} RGBA, the transparent entry with alpha 0. */
    private static byte[] palette(GifFrame frame, byte[] file) {
        byte[] rgba = new byte[frame.palette() < 0 ? 0 : frame.entries() * RGBA];
        for (int i = 0; i < rgba.length / RGBA; i++) {
            System.arraycopy(file, frame.palette() + 3 * i, rgba, RGBA * i, 3);
            rgba[RGBA * i + 3] = (byte) (i == frame.transparent() ? 0 : 255);
        }
        return rgba;
    }

    private static boolean isGrayRamp(byte[] palette) {
        for (int i = 0; i < palette.length / RGBA; i++) {
            byte level = (byte) i;
            if (palette[RGBA * i] != level || palette[RGBA * i + 1] != level || palette[RGBA * i + 2] != level) {
                return false;
            }
        }
        return true;
    }
}

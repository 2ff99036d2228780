package io.bulwark.imaging.gif;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import java.util.Arrays;

/**
 * A GIF's first frame as Pillow gives it: mode P, or L where the palette is the ramp of grays; outside the frame the
 * transparent index, or the first colour. That colour is transparent there, as in browsers, which Pillow does not say.
 */
final class GifPicture {

    private static final int RGBA = 4;
    private static final int INDICES = 256;

    private final GifBlocks.Frame frame;
    private final byte[] indices;
    private final byte[] file;
    private final int width;
    private final int height;

    /**
     * A picture to be made.
     *
     * @param indices of the frame, rows in the order of the data
     * @param width of the screen
     * @param height of the screen
     */
    GifPicture(GifBlocks.Frame frame, byte[] indices, byte[] file, int width, int height) {
        this.frame = frame;
        this.indices = indices;
        this.file = file;
        this.width = width;
        this.height = height;
    }

    /** Bytes of its samples, at most. */
    static long bytes(GifBlocks.Frame frame, int width, int height) {
        return (long) width * height * (covers(frame, width, height) || frame.transparent() >= 0 ? 1 : RGBA);
    }

    private static boolean covers(GifBlocks.Frame frame, int width, int height) {
        // The screen is at least as large as its first frame.
        return frame.width() == width && frame.height() == height;
    }

    Raster make() {
        byte[] palette = palette();
        int outside = frame.transparent();
        if (outside < 0 && !covers(frame, width, height)) {
            outside = unused();
            if (outside < 0) {
                return rgba(palette);
            }
            palette = withTransparentFirst(palette, outside);
        }
        byte[] samples = samples(Math.max(0, outside));
        if (outside != frame.transparent() || !isGrayRamp(palette)) {
            return new Raster(Mode.P, width, height, samples, palette, 1);
        }
        byte[] key = outside < 0 ? new byte[0] : new byte[] {(byte) outside, 0, 0, 0};
        return new Raster(Mode.L, width, height, samples, key, 1);
    }

    private byte[] samples(int outside) {
        byte[] samples = new byte[width * height];
        Arrays.fill(samples, (byte) outside);
        int at = frame.placement().top() * width + frame.placement().left();
        for (int y = 0; y < frame.height(); y++) {
            System.arraycopy(indices, frame.storedRow(y) * frame.width(), samples, at + y * width, frame.width());
        }
        return samples;
    }

    /** An index that no pixel has, -1 if all are taken. */
    private int unused() {
        boolean[] used = new boolean[INDICES];
        for (int i = 0; i < frame.width() * frame.height(); i++) {
            used[indices[i] & 0xff] = true;
        }
        int index = INDICES - 1;
        while (index >= 0 && used[index]) {
            index--;
        }
        return index;
    }

    /** A palette with the first colour once more, transparent. */
    private static byte[] withTransparentFirst(byte[] palette, int index) {
        byte[] longer = Arrays.copyOf(palette, Math.max(palette.length, RGBA * (index + 1)));
        for (int i = palette.length + 3; i < longer.length; i += RGBA) {
            longer[i] = (byte) 255;
        }
        for (int c = 0; c < RGBA; c++) {
            longer[RGBA * index + c] = c == 3 ? 0 : palette[c];
        }
        return longer;
    }

    /** Where all 256 colours are in use there is no index left for what is outside. */
    private Raster rgba(byte[] palette) {
        byte[] samples = new byte[width * height * RGBA];
        for (int y = 0; y < frame.height(); y++) {
            int from = frame.storedRow(y) * frame.width();
            int to = ((frame.placement().top() + y) * width + frame.placement().left()) * RGBA;
            for (int x = 0; x < frame.width(); x++) {
                int entry = RGBA * (indices[from + x] & 0xff);
                for (int c = 0; c < RGBA; c++) {
                    samples[to + RGBA * x + c] =
                            entry < palette.length ? palette[entry + c] : (byte) (c == 3 ? 255 : 0);
                }
            }
        }
        return new Raster(Mode.RGBA, width, height, samples, new byte[0], 1);
    }

    /**
     * {@code [entries, 4]} RGBA, the transparent entry with alpha 0; it may be one behind the file's, the rest black.
     */
    private byte[] palette() {
        byte[] rgba = new byte[Math.max(frame.entries(), frame.transparent() + 1) * RGBA];
        for (int i = 0; i < rgba.length / RGBA; i++) {
            if (i < frame.entries()) {
                System.arraycopy(file, frame.palette() + 3 * i, rgba, RGBA * i, 3);
            }
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

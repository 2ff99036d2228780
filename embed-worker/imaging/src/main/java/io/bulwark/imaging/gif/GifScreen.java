package io.bulwark.imaging.gif;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.gif.GifStructure.Frame;
import java.util.Arrays;

/** The screen on which a GIF's frames are drawn, as browsers do: it begins transparent, and clearing makes it so. */
final class GifScreen {

    private static final int CLEAR = 2;
    private static final int UNDO = 3;

    private final int width;
    private final int height;
    private final byte[] rgba;
    private byte[] undo;
    private Frame previous;

    GifScreen(int width, int height) {
        this.width = width;
        this.height = height;
        this.rgba = new byte[width * height * 4];
    }

    /** Disposes of the frame before and draws the next one; what lies outside the screen is cut off. */
    void draw(Frame frame, byte[] indices) {
        dispose();
        if (frame.disposal() == UNDO) {
            undo = undo == null ? new byte[rgba.length] : undo;
            System.arraycopy(rgba, 0, undo, 0, rgba.length);
        }
        int columns = Math.min(frame.width(), width - frame.left());
        int rows = Math.min(frame.height(), height - frame.top());
        byte[] palette = frame.palette();
        for (int y = 0; y < rows; y++) {
            int from = y * frame.width();
            int to = ((frame.top() + y) * width + frame.left()) * 4;
            for (int x = 0; x < columns; x++, to += 4) {
                int index = indices[from + x] & 0xff;
                if (index == frame.transparent()) {
                    continue;
                }
                if (4 * index < palette.length) {
                    rgba[to] = palette[4 * index];
                    rgba[to + 1] = palette[4 * index + 1];
                    rgba[to + 2] = palette[4 * index + 2];
                } else {
                    rgba[to] = 0;
                    rgba[to + 1] = 0;
                    rgba[to + 2] = 0;
                }
                rgba[to + 3] = (byte) 255;
            }
        }
        previous = frame;
    }

    private void dispose() {
        if (previous == null) {
            return;
        }
        if (previous.disposal() == UNDO) {
            System.arraycopy(undo, 0, rgba, 0, rgba.length);
        } else if (previous.disposal() == CLEAR) {
            int right = Math.min(width, previous.left() + previous.width());
            int bottom = Math.min(height, previous.top() + previous.height());
            for (int y = previous.top(); y < bottom && previous.left() < right; y++) {
                Arrays.fill(rgba, (y * width + previous.left()) * 4, (y * width + right) * 4, (byte) 0);
            }
        }
    }

    /** A copy of what the screen shows. */
    Raster picture() {
        return new Raster(Mode.RGBA, width, height, rgba.clone(), new byte[0], 1);
    }
}

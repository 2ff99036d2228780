package io.bulwark.imaging.animation;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.animation.Animation.AnimationFrame;
import java.util.Arrays;

/**
 * What an animation's frames are drawn on, as browsers do: it begins transparent, and clearing makes it so. Only the
 * frame's own rectangle is touched, saved or put back. One thread uses it.
 */
public final class Canvas {

    private static final int CHANNELS = 4;
    private static final int OPAQUE = 255;

    private final int width;
    private final int height;
    private final byte[] rgba;

    /** The rectangle under a frame that will be undone, row by row. */
    private final byte[] saved;

    private ChangeGrid grid = ChangeGrid.none();
    private AnimationFrame.Placement current;

    /**
     * A transparent canvas.
     *
     * @param undoPixels of the largest rectangle that is ever undone
     */
    Canvas(int width, int height, int undoPixels) {
        this.width = width;
        this.height = height;
        this.rgba = new byte[width * height * CHANNELS];
        this.saved = new byte[undoPixels * CHANNELS];
    }

    /**
     * Makes it transparent again, as before the first frame.
     *
     * @param watcher told of all changes from now on
     */
    void restart(ChangeGrid watcher) {
        Arrays.fill(rgba, (byte) 0);
        current = null;
        grid = watcher;
    }

    /** Disposes of the frame before and draws the next. */
    void show(AnimationFrame frame) {
        dispose();
        current = frame.placement();
        if (current.disposal() == AnimationFrame.Disposal.UNDO) {
            copyRows(current, rgba, saved, true);
        }
        grid.leaves(current, rgba);
        frame.drawing().accept(this);
        grid.enters(current, rgba);
    }

    /** Disposes of the frame before, and lets one go by whose pixels are not seen: what it clears, it clears. */
    void pass(AnimationFrame frame) {
        dispose();
        current = frame.placement().disposal() == AnimationFrame.Disposal.CLEAR ? frame.placement() : null;
    }

    /**
     * Draws a row of the frame; what lies outside the canvas is cut off.
     *
     * @param row of the frame, from 0
     * @param source RGBA, colours not multiplied by alpha
     * @param from index of the row's first byte
     */
    public void row(int row, byte[] source, int from, AnimationFrame.Blend blend) {
        int y = current.top() + row;
        int columns = current.columns(width);
        if (y >= height || columns == 0) {
            return;
        }
        int to = (y * width + current.left()) * CHANNELS;
        if (blend == AnimationFrame.Blend.SOURCE) {
            System.arraycopy(source, from, rgba, to, columns * CHANNELS);
            return;
        }
        for (int i = from; i < from + columns * CHANNELS; i += CHANNELS, to += CHANNELS) {
            int alpha = source[i + 3] & 0xff;
            if (alpha == OPAQUE || alpha > 0 && rgba[to + 3] == 0) {
                System.arraycopy(source, i, rgba, to, CHANNELS);
            } else if (alpha > 0) {
                over(source, i, alpha, to);
            }
        }
    }

    /** Porter and Duff's "over" with colours that are not multiplied. */
    private void over(byte[] source, int from, int alpha, int to) {
        // What remains of the canvas' pixel, in 255ths of its alpha.
        int under = (rgba[to + 3] & 0xff) * (OPAQUE - alpha);
        int sum = alpha * OPAQUE + under;
        // One division for all: half a unit more than the whole number keeps its rounding from mattering.
        double share = 1.0 / sum;
        double half = sum / 2 + 0.5;
        for (int c = 0; c < 3; c++) {
            int mixed = (source[from + c] & 0xff) * alpha * OPAQUE + (rgba[to + c] & 0xff) * under;
            rgba[to + c] = (byte) (int) ((mixed + half) * share);
        }
        rgba[to + 3] = (byte) ((sum + OPAQUE / 2) / OPAQUE);
    }

    private void dispose() {
        if (current == null || current.disposal() == AnimationFrame.Disposal.KEEP) {
            return;
        }
        grid.leaves(current, rgba);
        if (current.disposal() == AnimationFrame.Disposal.UNDO) {
            copyRows(current, rgba, saved, false);
        } else {
            int columns = current.columns(width);
            for (int y = 0; columns > 0 && y < current.rows(height); y++) {
                int at = ((current.top() + y) * width + current.left()) * CHANNELS;
                Arrays.fill(rgba, at, at + columns * CHANNELS, (byte) 0);
            }
        }
        grid.enters(current, rgba);
    }

    private void copyRows(AnimationFrame.Placement place, byte[] canvas, byte[] rows, boolean save) {
        int length = place.columns(width) * CHANNELS;
        for (int y = 0; length > 0 && y < place.rows(height); y++) {
            int at = ((place.top() + y) * width + place.left()) * CHANNELS;
            if (save) {
                System.arraycopy(canvas, at, rows, y * length, length);
            } else {
                System.arraycopy(rows, y * length, canvas, at, length);
            }
        }
    }

    /** A copy of what the canvas shows. */
    public Raster picture(int orientation) {
        return new Raster(Mode.RGBA, width, height, rgba.clone(), new byte[0], orientation);
    }
}

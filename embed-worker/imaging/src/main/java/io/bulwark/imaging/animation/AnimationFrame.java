package io.bulwark.imaging.animation;

import java.util.function.Consumer;

/**
 * One frame of an animation, undecoded.
 *
 * @param placement where it is drawn
 * @param blend how it is drawn over the canvas, by its header: {@link Blend#SOURCE} leaves nothing of what is there
 * @param drawing decodes it and gives its rows to a canvas; throws {@link io.bulwark.imaging.RefusedException} if it is
 *     damaged
 */
public record AnimationFrame(Placement placement, Blend blend, Consumer<Canvas> drawing) {

    /**
     * Where and for how long a frame is seen.
     *
     * @param left column of the canvas at which it begins
     * @param top row of the canvas at which it begins
     * @param width of the frame in pixels; what reaches out of the canvas is not seen
     * @param height of the frame in pixels
     * @param disposal what becomes of its rectangle afterwards
     * @param millis for which it is shown, as browsers do
     */
    public record Placement(int left, int top, int width, int height, Disposal disposal, int millis) {

        /** A delay that asks for no more than this is taken for a mistake by all browsers ... */
        private static final int HASTY_MILLIS = 10;

        /** ... which show the frame for this long. */
        private static final int USUAL_MILLIS = 100;

        public Placement {
            millis = millis <= HASTY_MILLIS ? USUAL_MILLIS : millis;
        }

        /** Pixels in the file, seen or not. */
        public long pixels() {
            return (long) width * height;
        }

        /** Columns that are seen on a canvas. */
        int columns(int canvasWidth) {
            return Math.max(0, Math.min(width, canvasWidth - left));
        }

        /** Rows that are seen on a canvas. */
        int rows(int canvasHeight) {
            return Math.max(0, Math.min(height, canvasHeight - top));
        }
    }

    /** What becomes of a frame's rectangle when the next frame is drawn. */
    public enum Disposal {
        /** It stays. */
        KEEP,

        /** It becomes transparent, whatever background colour the file names: browsers ignore that colour. */
        CLEAR,

        /** It becomes what it was before the frame. */
        UNDO
    }

    /** How a frame's pixels meet what is on the canvas. */
    public enum Blend {
        /** They replace it, their transparency included. */
        SOURCE,

        /** They are laid over it. */
        OVER
    }
}

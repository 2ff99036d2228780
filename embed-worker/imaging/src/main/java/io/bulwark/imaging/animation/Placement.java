package io.bulwark.imaging.animation;

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

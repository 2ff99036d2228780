package io.bulwark.imaging.scaling;

/**
 * A view that is enlarged again to the size of its picture, by linear interpolation, at some columns, a row at a time.
 * A row of the view is widened once for all rows of the picture that it is blended into. One thread.
 */
final class Enlarged {

    private static final int BITS = 8;
    private static final int ONE = 1 << BITS;

    private final byte[] view;
    private final int viewWidth;
    private final int viewHeight;
    private final int channels;
    private final int height;
    private final int[] left;
    private final int[] right;
    private final int[] share;
    private final int[] levels;
    private int[] upper;
    private int[] lower;
    private int widened = -2;

    /**
     * @param view {@code [viewHeight, viewWidth, channels]} unsigned bytes; not copied
     * @param width of the picture
     * @param height of the picture
     * @param columns of the picture that are wanted
     */
    Enlarged(byte[] view, int viewWidth, int viewHeight, int channels, int width, int height, int[] columns) {
        this.view = view;
        this.viewWidth = viewWidth;
        this.viewHeight = viewHeight;
        this.channels = channels;
        this.height = height;
        this.levels = new int[columns.length * channels];
        this.left = new int[levels.length];
        this.right = new int[levels.length];
        this.share = new int[levels.length];
        for (int i = 0, to = 0; i < columns.length; i++) {
            double at = place(columns[i], width, viewWidth);
            int first = (int) at * channels;
            int second = Math.min(viewWidth - 1, (int) at + 1) * channels;
            for (int c = 0; c < channels; c++, to++) {
                left[to] = first + c;
                right[to] = second + c;
                share[to] = share(at);
            }
        }
        this.upper = new int[levels.length];
        this.lower = new int[levels.length];
    }

    /**
     * A row.
     *
     * @return {@code [columns, channels]} in levels of 8 bits; valid until the next call
     */
    int[] row(int y) {
        double at = place(y, height, viewHeight);
        int top = (int) at;
        if (top != widened) {
            if (top == widened + 1) {
                int[] spare = upper;
                upper = lower;
                lower = spare;
            } else {
                widen(top, upper);
            }
            widen(Math.min(viewHeight - 1, top + 1), lower);
            widened = top;
        }
        blend(upper, lower, share(at), levels);
        return levels;
    }

    private static void blend(int[] a, int[] b, int share, int[] into) {
        int rest = ONE - share;
        for (int i = 0; i < into.length; i++) {
            into[i] = a[i] * rest + b[i] * share >> 2 * BITS;
        }
    }

    private void widen(int row, int[] into) {
        int start = row * viewWidth * channels;
        for (int i = 0; i < into.length; i++) {
            int a = view[start + left[i]] & 0xff;
            int b = view[start + right[i]] & 0xff;
            into[i] = a * ONE + (b - a) * share[i];
        }
    }

    /** How much of what follows a place goes into it. */
    private static int share(double place) {
        return (int) ((place - (int) place) * ONE + 0.5);
    }

    /** Where a pixel of the picture lies in the view. */
    private static double place(int i, int length, int ofView) {
        return Math.max(0, Math.min(ofView - 1, (i + 0.5) * ofView / length - 0.5));
    }
}

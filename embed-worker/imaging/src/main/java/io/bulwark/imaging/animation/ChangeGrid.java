package io.bulwark.imaging.animation;

import io.bulwark.imaging.animation.Animation.AnimationFrame;

/**
 * A canvas seen from afar: 8x8 parts, each with its mean colour, its mean alpha and a sum of its brightness under
 * random signs, kept up to date at the cost of what changes. Measures how much two moments of an animation differ.
 *
 * <p>The signs follow from the deployment's key and the file. Means alone could be met by another picture on purpose;
 * a sum under unknown signs cannot, and the square of the difference of two is on average that of the pixels (Johnson
 * and Lindenstrauss; Achlioptas 2003 for signs). One thread uses it.
 */
final class ChangeGrid {

    private static final int SIDE = 8;
    private static final int PIXEL_BYTES = 4;

    /** Red, green, blue and alpha, and the sum under signs. */
    private static final int FIGURES = 5;

    /** Bytes of a {@link #signature}. */
    static final int SIGNATURE_BYTES = SIDE * SIDE * FIGURES;

    /** The sum under signs seldom leaves 255; what does is cut off. */
    private static final int SUM_SCALE = 2;

    /** Of this number of rows of a large canvas one is looked at: which one follows from the key. */
    private static final int MOST_ROWS_PASSED = 4;

    /** Of a part, rows that are looked at in any case. */
    private static final int LEAST_ROWS = 16;

    private final int width;
    private final int height;
    private final long signs;
    private final long[] sums;
    private final int rowsPassed;

    /** Rows that are looked at in each row of parts. */
    private final int[] rowsCounted = new int[SIDE];

    /** @param signs a number that cannot be predicted without the key */
    ChangeGrid(int width, int height, long signs) {
        this(width, height, signs, new long[SIGNATURE_BYTES]);
    }

    private ChangeGrid(int width, int height, long signs, long[] sums) {
        this.width = width;
        this.height = height;
        this.signs = signs;
        this.sums = sums;
        this.rowsPassed = Math.max(1, Math.min(MOST_ROWS_PASSED, height / (SIDE * LEAST_ROWS)));
        for (int y = 0; y < height; y++) {
            rowsCounted[partRow(y)] += looksAt(y) ? 1 : 0;
        }
    }

    private int partRow(int y) {
        return (int) ((long) y * SIDE / height);
    }

    /** One row of each few, drawn by the key, so that nothing can be put between the chosen rows. */
    private boolean looksAt(int y) {
        return rowsPassed == 1 || y % rowsPassed == (random(y / rowsPassed) >>> 33) % rowsPassed;
    }

    /** One that looks away: for a canvas of which no signature will be asked. */
    static ChangeGrid none() {
        return new ChangeGrid(0, 0, 0, new long[0]);
    }

    /** A rectangle is about to change. */
    void leaves(AnimationFrame.Placement place, byte[] rgba) {
        add(place, rgba, -1);
    }

    /** A rectangle has changed. */
    void enters(AnimationFrame.Placement place, byte[] rgba) {
        add(place, rgba, 1);
    }

    private void add(AnimationFrame.Placement place, byte[] rgba, int sign) {
        if (sums.length == 0) {
            return;
        }
        int right = place.left() + place.columns(width);
        for (int y = place.top(); y < place.top() + place.rows(height); y++) {
            if (!looksAt(y)) {
                continue;
            }
            int cellRow = partRow(y) * SIDE;
            int x = place.left();
            while (x < right) {
                int column = (int) ((long) x * SIDE / width);
                int end = Math.min(right, start(column + 1, width));
                addRun(rgba, y * width + x, y * width + end, (cellRow + column) * FIGURES, sign);
                x = end;
            }
        }
    }

    private void addRun(byte[] rgba, int first, int last, int cell, int sign) {
        long red = 0;
        long green = 0;
        long blue = 0;
        long alphas = 0;
        long signed = 0;
        for (int pixel = first; pixel < last; pixel++) {
            int i = pixel * PIXEL_BYTES;
            int alpha = rgba[i + 3] & 0xff;
            int r = (rgba[i] & 0xff) * alpha;
            int g = (rgba[i + 1] & 0xff) * alpha;
            int b = (rgba[i + 2] & 0xff) * alpha;
            red += r;
            green += g;
            blue += b;
            alphas += alpha;
            long random = random(pixel);
            // Over black, or how much darker it is over white than white, as the second bit says: what is alike over
            // one
            // differs over the other, and a transparent pixel counts for nothing.
            int behind = (random & 1L << 62) == 0 ? 0 : -alpha * 255;
            int brightness = (r + 2 * g + b >> 2) + behind;
            signed += random < 0 ? -brightness : brightness;
        }
        sums[cell] += sign * red;
        sums[cell + 1] += sign * green;
        sums[cell + 2] += sign * blue;
        sums[cell + 3] += sign * alphas * 255;
        sums[cell + FIGURES - 1] += sign * signed;
    }

    /** A number of a pixel, the same each time: the last steps of SplitMix64 (Steele, Lea and Flood 2014). */
    private long random(int pixel) {
        long z = signs + pixel * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        return (z ^ z >>> 27) * 0x94d049bb133111ebL;
    }

    /** The first row or column of a part. */
    private static int start(int part, int size) {
        return (int) (((long) part * size + SIDE - 1) / SIDE);
    }

    /** Of a canvas with fewer rows or columns than parts: the part in which the nearest of them was counted. */
    private static int counted(int part, int size) {
        return size >= SIDE ? part : part * size / SIDE * SIDE / size;
    }

    /** What the canvas looks like now. */
    void signature(byte[] into, int offset) {
        for (int part = 0; part < SIDE * SIDE; part++) {
            int row = counted(part / SIDE, height);
            int column = counted(part % SIDE, width);
            long rows = rowsCounted[row];
            long pixels = rows * (start(column + 1, width) - start(column, width));
            int from = (row * SIDE + column) * FIGURES;
            int to = offset + part * FIGURES;
            for (int i = 0; i < FIGURES - 1; i++) {
                into[to + i] = (byte) (sums[from + i] / (pixels * 255) - 128);
            }
            double signed = sums[from + FIGURES - 1] / (255 * SUM_SCALE * Math.sqrt(pixels));
            into[to + FIGURES - 1] = (byte) Math.max(-128, Math.min(127, Math.round(signed)));
        }
    }

    /**
     * The sum of squared differences of two signatures: a strong change of one part weighs more than a weak one of all.
     */
    static int difference(byte[] signatures, int a, int b) {
        int sum = 0;
        for (int i = 0; i < SIGNATURE_BYTES; i++) {
            int d = signatures[a * SIGNATURE_BYTES + i] - signatures[b * SIGNATURE_BYTES + i];
            d *= i % FIGURES == FIGURES - 1 ? SUM_SCALE : 1;
            sum += d * d;
        }
        return sum;
    }
}

package io.bulwark.perception.preprocess;

/**
 * Four neighbouring rows of a picture at a time as two pairs, two samples to a long: a pair's upper row in the lower half.
 * Whoever narrows them finds them packed, by whichever of two layouts it asks for, once for all. One thread.
 */
final class RowGroup {

    /** Rows of a group. */
    static final int ROWS = 4;

    private final PixelRows picture;
    private final int from;
    private final int width;
    private final int channels;
    private final byte[][] rows;
    private final Packing interleaved = new Packing();
    private final Packing planes = new Packing();

    /**
     * @param from first column that is read
     * @param to one past the last
     */
    RowGroup(PixelRows picture, int from, int to) {
        this.picture = picture;
        this.from = from;
        this.width = to - from;
        this.channels = picture.channels();
        this.rows = new byte[ROWS][width * channels];
    }

    /** Both pairs in a layout, made when first asked for. */
    private static final class Packing {
        private long[][] pairs;
        private boolean filled;
    }

    int from() {
        return from;
    }

    int width() {
        return width;
    }

    /** Takes the rows from {@code y} on in place of the last ones; where they end before a group does, the last stays. */
    void load(int y, int end) {
        for (int i = 0; i < ROWS; i++) {
            picture.read(Math.min(y + i, end - 1), from, width, rows[i]);
        }
        interleaved.filled = false;
        planes.filled = false;
    }

    /** A row as it is, of {@code [width, channels]}. */
    byte[] row(int index) {
        return rows[index];
    }

    /** Each pair {@code [width, channels]}. */
    long[][] interleaved() {
        if (!interleaved.filled) {
            long[][] pairs = room(interleaved);
            for (int i = 0; i < pairs.length; i++) {
                interleave(rows[2 * i], rows[2 * i + 1], pairs[i]);
            }
        }
        return interleaved.pairs;
    }

    private static void interleave(byte[] upper, byte[] lower, long[] pairs) {
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = (long) (lower[i] & 0xff) << 32 | upper[i] & 0xff;
        }
    }

    /** Each pair {@code [channels, width]}. */
    long[][] planes() {
        if (!planes.filled) {
            long[][] pairs = room(planes);
            for (int i = 0; i < pairs.length; i++) {
                separate(rows[2 * i], rows[2 * i + 1], pairs[i]);
            }
        }
        return planes.pairs;
    }

    private void separate(byte[] upper, byte[] lower, long[] pairs) {
        for (int c = 0; c < channels; c++) {
            int to = c * width;
            for (int x = 0, at = c; x < width; x++, at += channels) {
                pairs[to + x] = (long) (lower[at] & 0xff) << 32 | upper[at] & 0xff;
            }
        }
    }

    private long[][] room(Packing packing) {
        if (packing.pairs == null) {
            packing.pairs = new long[ROWS / 2][width * channels];
        }
        packing.filled = true;
        return packing.pairs;
    }
}

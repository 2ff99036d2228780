package io.bulwark.perception.preprocess;

/**
 * Two neighbouring rows of a picture at a time, two samples to a long: the upper row's in the lower half. Whoever narrows
 * them finds them packed, by whichever of two layouts it asks for, once for all. One thread.
 */
final class RowPairs {

    private final PixelRows picture;
    private final int from;
    private final int width;
    private final int channels;
    private final byte[] upper;
    private final byte[] lower;
    private final Packing interleaved;
    private final Packing planes;

    /**
     * @param from first column that is read
     * @param to one past the last
     */
    RowPairs(PixelRows picture, int from, int to) {
        this.picture = picture;
        this.from = from;
        this.width = to - from;
        this.channels = picture.channels();
        this.upper = new byte[width * channels];
        this.lower = new byte[width * channels];
        this.interleaved = new Packing();
        this.planes = new Packing();
    }

    /** Pairs in a layout, made when first asked for. */
    private static final class Packing {
        private long[] pairs = new long[0];
        private boolean filled;
    }

    int from() {
        return from;
    }

    int width() {
        return width;
    }

    int channels() {
        return channels;
    }

    /** Takes two rows in place of the last two; they may be the same one. */
    void load(int first, int second) {
        picture.read(first, from, width, upper);
        picture.read(second, from, width, lower);
        interleaved.filled = false;
        planes.filled = false;
    }

    byte[] upper() {
        return upper;
    }

    byte[] lower() {
        return lower;
    }

    /** {@code [width, channels]}. */
    long[] interleaved() {
        if (!interleaved.filled) {
            long[] pairs = room(interleaved);
            for (int i = 0; i < pairs.length; i++) {
                pairs[i] = (long) (lower[i] & 0xff) << 32 | upper[i] & 0xff;
            }
        }
        return interleaved.pairs;
    }

    /** {@code [channels, width]}. */
    long[] planes() {
        if (!planes.filled) {
            long[] pairs = room(planes);
            for (int c = 0; c < channels; c++) {
                int to = c * width;
                for (int x = 0, at = c; x < width; x++, at += channels) {
                    pairs[to + x] = (long) (lower[at] & 0xff) << 32 | upper[at] & 0xff;
                }
            }
        }
        return planes.pairs;
    }

    private long[] room(Packing packing) {
        if (packing.pairs.length == 0) {
            packing.pairs = new long[width * channels];
        }
        packing.filled = true;
        return packing.pairs;
    }
}

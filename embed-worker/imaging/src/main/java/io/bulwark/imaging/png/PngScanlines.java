package io.bulwark.imaging.png;

import io.bulwark.imaging.RefusedException;

/** Undoes PNG's row filters (specification, section 9) and Adam7's interlacing (section 8). */
final class PngScanlines {

    /** Takes finished rows. */
    interface Target {

        /**
         * A row of packed samples.
         *
         * @param row packed samples from index {@code offset}
         * @param y row of the picture
         * @param x0 column of the first sample
         * @param step columns between samples
         * @param pixels samples in the row
         */
        void row(byte[] row, int offset, int y, int x0, int step, int pixels);
    }

    private static final int[] X_START = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] Y_START = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] X_STEP = {8, 8, 4, 4, 2, 2, 1};
    private static final int[] Y_STEP = {8, 8, 8, 4, 4, 2, 2};

    private final PngHeader header;
    private final int distance;

    PngScanlines(PngHeader header) {
        this.header = header;
        this.distance = header.filterDistance();
    }

    /** Heap that {@link #read} takes: two rows, for each pass anew where the picture is interlaced. */
    static long bytes(PngHeader header) {
        long row = header.rowBytes(header.width()) + (long) header.filterDistance();
        return 2 * row * (header.interlaced() ? X_START.length : 1);
    }

    void read(PngInflater in, Target target) {
        if (!header.interlaced()) {
            pass(in, target, 0, 0, 1, 1);
            return;
        }
        for (int pass = 0; pass < X_START.length; pass++) {
            pass(in, target, X_START[pass], Y_START[pass], X_STEP[pass], Y_STEP[pass]);
        }
    }

    private void pass(PngInflater in, Target target, int x0, int y0, int xStep, int yStep) {
        if (header.width() <= x0 || header.height() <= y0) {
            return;
        }
        int pixels = (header.width() - x0 + xStep - 1) / xStep;
        int bytes = header.rowBytes(pixels);
        // A margin of zeros on the left is the neighbour of the first pixel; the filter byte is read apart.
        byte[] above = new byte[distance + bytes];
        byte[] row = new byte[distance + bytes];
        byte[] filter = new byte[1];
        for (int y = y0; y < header.height(); y += yStep) {
            in.readFully(filter, 0, 1);
            in.readFully(row, distance, bytes);
            unfilter(filter[0], row, above);
            target.row(row, distance, y, x0, xStep, pixels);
            byte[] spare = above;
            above = row;
            row = spare;
        }
    }

    private void unfilter(int filter, byte[] row, byte[] above) {
        switch (filter) {
            case 0 -> {}
            case 1 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += row[i - distance];
                }
            }
            case 2 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += (byte) (((row[i - distance] & 0xff) + (above[i] & 0xff)) >> 1);
                }
            }
            case 4 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += paeth(row[i - distance] & 0xff, above[i] & 0xff, above[i - distance] & 0xff);
                }
            }
            default -> throw RefusedException.corrupt("PNG row has the unknown filter " + filter);
        }
    }

    private static byte paeth(int left, int up, int upLeft) {
        int toLeft = Math.abs(up - upLeft);
        int toUp = Math.abs(left - upLeft);
        int toUpLeft = Math.abs(left + up - 2 * upLeft);
        // Without branches, which noise would make the processor guess in vain.
        int nearer = toLeft <= toUp ? left : up;
        return (byte) (Math.min(toLeft, toUp) <= toUpLeft ? nearer : upLeft);
    }
}

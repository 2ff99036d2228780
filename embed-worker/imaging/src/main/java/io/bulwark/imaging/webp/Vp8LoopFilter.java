package io.bulwark.imaging.webp;

/** Smooths the edges of blocks (RFC 6386, section 15), as libwebp does for a key frame. */
final class Vp8LoopFilter {

    private static final int STRONGEST = 63;
    private static final int SIDE = 16;

    /** Bits of what is noted for a macroblock: its segment, and two flags. */
    private static final int SPLIT = 4;

    private static final int INNER = 8;

    private final Vp8Header header;
    private final int columns;
    private final int rows;
    private final byte[] notes;

    Vp8LoopFilter(Vp8Header header, int columns, int rows) {
        this.header = header;
        this.columns = columns;
        this.rows = rows;
        this.notes = new byte[columns * rows];
    }

    /** Keeps what decides how a macroblock is smoothed. */
    void note(int column, int row, int segment, boolean split, boolean anyCoefficients) {
        notes[row * columns + column] = (byte) (segment | (split ? SPLIT : 0) | (split || anyCoefficients ? INNER : 0));
    }

    void run(Vp8Plane y, Vp8Plane u, Vp8Plane v) {
        if (header.filterLevel == 0) {
            return;
        }
        for (int i = 0; i < notes.length; i++) {
            int column = i % columns;
            int row = i / columns;
            int level = level(notes[i] & 3, (notes[i] & SPLIT) != 0);
            if (level > 0) {
                boolean inner = (notes[i] & INNER) != 0;
                int interior = interior(level);
                int limit = 2 * level + interior;
                EdgeFilter filter = new EdgeFilter(limit, interior, level >= 40 ? 2 : level >= 15 ? 1 : 0);
                if (header.simpleFilter) {
                    smoothSimply(y, filter, column, row, inner);
                } else {
                    smooth(y, filter, column, row, inner, SIDE);
                    smooth(u, filter, column, row, inner, SIDE / 2);
                    smooth(v, filter, column, row, inner, SIDE / 2);
                }
            }
        }
    }

    private int level(int segment, boolean split) {
        int level = header.segmented ? header.segmentLevels[segment] : header.filterLevel;
        if (header.deltas) {
            level += header.referenceDeltas[0] + (split ? header.modeDeltas[0] : 0);
        }
        return Math.max(0, Math.min(STRONGEST, level));
    }

    private int interior(int level) {
        int interior = level;
        if (header.sharpness > 0) {
            interior >>= header.sharpness > 4 ? 2 : 1;
            interior = Math.min(interior, 9 - header.sharpness);
        }
        return Math.max(1, interior);
    }

    private static void smooth(Vp8Plane plane, EdgeFilter filter, int column, int row, boolean inner, int size) {
        int at = plane.at(column * size, row * size);
        if (column > 0) {
            filter.outer(plane.samples, at, 1, plane.stride, size);
        }
        for (int x = 4; inner && x < size; x += 4) {
            filter.inner(plane.samples, at + x, 1, plane.stride, size);
        }
        if (row > 0) {
            filter.outer(plane.samples, at, plane.stride, 1, size);
        }
        for (int y = 4; inner && y < size; y += 4) {
            filter.inner(plane.samples, at + y * plane.stride, plane.stride, 1, size);
        }
    }

    private static void smoothSimply(Vp8Plane luma, EdgeFilter filter, int column, int row, boolean inner) {
        int at = luma.at(column * SIDE, row * SIDE);
        if (column > 0) {
            filter.simple(luma.samples, at, 1, luma.stride, true);
        }
        for (int x = 4; inner && x < SIDE; x += 4) {
            filter.simple(luma.samples, at + x, 1, luma.stride, false);
        }
        if (row > 0) {
            filter.simple(luma.samples, at, luma.stride, 1, true);
        }
        for (int y = 4; inner && y < SIDE; y += 4) {
            filter.simple(luma.samples, at + y * luma.stride, luma.stride, 1, false);
        }
    }
}

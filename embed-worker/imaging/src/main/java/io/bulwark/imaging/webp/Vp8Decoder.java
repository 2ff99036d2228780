package io.bulwark.imaging.webp;

/**
 * Lossy WebP: a key frame of VP8 (RFC 6386), bit for bit as libwebp decodes it. The planes of the picture are held, and a
 * byte for each macroblock. One instance decodes one picture.
 */
final class Vp8Decoder {

    /** Luma, and two chromas of a quarter, in quarters of a byte. */
    private static final int QUARTERS_PER_PIXEL = 6;

    /** Side of a macroblock. */
    private static final int SIDE = 16;

    /** Heap for each macroblock of a row: modes and edges; and borders of the planes. */
    private static final int BYTES_PER_COLUMN = 128;

    private static final int FIXED_BYTES = 16 << 10;

    private final Vp8Header header;
    private final int columns;
    private final int rows;
    private final Vp8Plane y;
    private final Vp8Plane u;
    private final Vp8Plane v;
    private final Vp8Modes modes;
    private final Vp8Coefficients coefficients;
    private final Vp8Subblocks subblocks;
    private final Vp8LoopFilter filter;
    private final int[] right = new int[4];
    private final int[] scratch = new int[16];

    /**
     * Reads the header and makes room.
     *
     * @param start of the chunk's data
     * @param end of it
     */
    Vp8Decoder(byte[] file, int start, int end) {
        this.header = new Vp8Header(file, start, end);
        this.columns = blocks(header.width);
        this.rows = blocks(header.height);
        this.y = new Vp8Plane(SIDE * columns, SIDE * rows);
        this.u = new Vp8Plane(SIDE / 2 * columns, SIDE / 2 * rows);
        this.v = new Vp8Plane(SIDE / 2 * columns, SIDE / 2 * rows);
        this.modes = new Vp8Modes(header, columns);
        this.coefficients = new Vp8Coefficients(header.coefficients, columns);
        this.subblocks = new Vp8Subblocks(y);
        this.filter = new Vp8LoopFilter(header, columns, rows);
    }

    /** Heap that decoding fills at its peak, the planes included. */
    static long bytes(int width, int height) {
        long blocks = (long) blocks(width) * blocks(height);
        return blocks * (SIDE * SIDE * QUARTERS_PER_PIXEL / 4 + 1)
                + (long) (blocks(width) + blocks(height)) * BYTES_PER_COLUMN
                + FIXED_BYTES;
    }

    private static int blocks(int size) {
        return (size + SIDE - 1) / SIDE;
    }

    /**
     * Decodes the picture.
     *
     * @throws io.bulwark.imaging.RefusedException if the data ends early
     */
    YuvPicture decode() {
        for (int row = 0; row < rows; row++) {
            BoolDecoder in = header.partitions[row & header.partitions.length - 1];
            modes.beginRow();
            coefficients.beginRow();
            for (int column = 0; column < columns; column++) {
                macroblock(in, column, row);
            }
            header.modes.check();
            in.check();
        }
        filter.run(y, u, v);
        return new YuvPicture(header.width, header.height, y, u, v);
    }

    private void macroblock(BoolDecoder in, int column, int row) {
        modes.read(column);
        boolean any = false;
        if (modes.skipped()) {
            coefficients.skip(column, modes.split());
        } else {
            any = coefficients.read(in, column, modes.split(), header.steps[modes.segment()]);
        }
        filter.note(column, row, modes.segment(), modes.split(), any);
        if (modes.split()) {
            split(column, row);
        } else {
            y.predict(modes.luma(), SIDE * column, SIDE * row, SIDE);
            for (int i = 0; any && i < 16; i++) {
                add(i, y, y.at(SIDE * column + 4 * (i & 3), SIDE * row + 4 * (i >> 2)));
            }
        }
        chroma(u, 16, column, row, any);
        chroma(v, 20, column, row, any);
    }

    private void split(int column, int row) {
        int at = y.at(SIDE * column, SIDE * row);
        // What lies above to the right of the macroblock serves all of its rows: what is below is not decoded yet.
        int above = at - y.stride + SIDE;
        boolean isLast = column == columns - 1;
        for (int i = 0; i < 4; i++) {
            right[i] = row == 0 ? 127 : y.get(isLast ? above - 1 : above + i);
        }
        int[] within = new int[4];
        for (int i = 0; i < 16; i++) {
            int block = at + 4 * (i >> 2) * y.stride + 4 * (i & 3);
            if ((i & 3) < 3) {
                for (int x = 0; x < 4; x++) {
                    within[x] = y.get(block - y.stride + 4 + x);
                }
            }
            subblocks.predict(modes.subblock(i), block, (i & 3) < 3 ? within : right);
            add(i, y, block);
        }
    }

    private void chroma(Vp8Plane plane, int first, int column, int row, boolean any) {
        int x = SIDE / 2 * column;
        int top = SIDE / 2 * row;
        plane.predict(modes.chroma(), x, top, SIDE / 2);
        for (int i = 0; any && i < 4; i++) {
            add(first + i, plane, plane.at(x + 4 * (i & 1), top + 4 * (i >> 1)));
        }
    }

    private void add(int block, Vp8Plane plane, int at) {
        Vp8Inverse.add(coefficients.values, 16 * block, plane.samples, at, plane.stride, scratch);
    }
}

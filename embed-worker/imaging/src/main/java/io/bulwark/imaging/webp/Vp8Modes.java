package io.bulwark.imaging.webp;

import java.util.Arrays;

/** How macroblocks are predicted, read from the first partition in the order of the rows (RFC 6386, section 11). */
final class Vp8Modes {

    static final int DC = 0;
    static final int TRUE_MOTION = 1;
    static final int VERTICAL = 2;
    static final int HORIZONTAL = 3;

    /** The modes that only subblocks have. */
    static final int LEFT_DOWN = 4;

    static final int RIGHT_DOWN = 5;
    static final int VERTICAL_RIGHT = 6;
    static final int VERTICAL_LEFT = 7;
    static final int HORIZONTAL_DOWN = 8;
    static final int HORIZONTAL_UP = 9;

    private static final int SUBBLOCK_MODES = 10;

    /** Section 11.2: pairs of what 0 and 1 lead to, a mode where it is 0 or negative. */
    private static final int[] TREE = {
        -DC,
        2,
        -TRUE_MOTION,
        4,
        -VERTICAL,
        6,
        8,
        12,
        -HORIZONTAL,
        10,
        -RIGHT_DOWN,
        -VERTICAL_RIGHT,
        -LEFT_DOWN,
        14,
        -VERTICAL_LEFT,
        16,
        -HORIZONTAL_DOWN,
        -HORIZONTAL_UP
    };

    private final Vp8Header header;
    private final int[] above;
    private final int[] left = new int[4];
    private final int[] subblocks = new int[16];
    private int segment;
    private boolean skipped;
    private boolean split;
    private int luma;
    private int chroma;

    /** @param columns macroblocks of a row */
    Vp8Modes(Vp8Header header, int columns) {
        this.header = header;
        this.above = new int[4 * columns];
    }

    void beginRow() {
        Arrays.fill(left, DC);
    }

    /** Reads the next macroblock's. */
    void read(int column) {
        BoolDecoder in = header.modes;
        segment = 0;
        if (header.updatesMap) {
            int[] probabilities = header.segmentProbabilities;
            segment = in.bit(probabilities[0]) ? 2 + in.bit01(probabilities[2]) : in.bit01(probabilities[1]);
        }
        skipped = header.skips && in.bit(header.skipProbability);
        split = !in.bit(145);
        if (split) {
            readSubblocks(in, 4 * column);
        } else {
            luma = in.bit(156) ? in.bit(128) ? TRUE_MOTION : HORIZONTAL : in.bit(163) ? VERTICAL : DC;
            Arrays.fill(above, 4 * column, 4 * column + 4, luma);
            Arrays.fill(left, luma);
        }
        chroma = !in.bit(142) ? DC : !in.bit(114) ? VERTICAL : in.bit(183) ? TRUE_MOTION : HORIZONTAL;
    }

    private void readSubblocks(BoolDecoder in, int column) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                int row = (above[column + x] * SUBBLOCK_MODES + left[y]) * (SUBBLOCK_MODES - 1);
                int node = TREE[in.bit01(Vp8Tables.SUBBLOCK_MODES[row] & 0xff)];
                while (node > 0) {
                    node = TREE[node + in.bit01(Vp8Tables.SUBBLOCK_MODES[row + (node >> 1)] & 0xff)];
                }
                above[column + x] = -node;
                left[y] = -node;
                subblocks[4 * y + x] = -node;
            }
        }
    }

    int segment() {
        return segment;
    }

    /** Whether it holds no coefficients. */
    boolean skipped() {
        return skipped;
    }

    /** Whether its 16 subblocks are predicted one by one. */
    boolean split() {
        return split;
    }

    int luma() {
        return luma;
    }

    int chroma() {
        return chroma;
    }

    int subblock(int number) {
        return subblocks[number];
    }
}

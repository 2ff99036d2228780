package io.bulwark.imaging.webp;

import java.util.Arrays;

/** Reads the coefficients of macroblocks (RFC 6386, section 13) and holds those of one. */
final class Vp8Coefficients {

    private static final int BANDS = 8;
    private static final int CONTEXTS = 3;
    private static final int PROBABILITIES = 11;
    private static final int[] BAND = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

    /** Probabilities of the extra bits of the four largest categories. */
    private static final int[][] EXTRA = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    private static final int Y_AFTER_Y2 = 0;
    private static final int Y2 = 1;
    private static final int CHROMA = 2;
    private static final int Y = 3;

    /** Values of a macroblock's left or upper edge: 4 of Y, 2 of U, 2 of V, and Y2. */
    private static final int EDGE = 9;

    /** {@code [24, 16]}: 16 blocks of Y, 4 of U, 4 of V, multiplied, in the order of rows. */
    final short[] values = new short[24 * 16];

    private final byte[] probabilities;
    private final byte[] above;
    private final byte[] left = new byte[EDGE];
    private final short[] y2 = new short[16];

    Vp8Coefficients(byte[] probabilities, int columns) {
        this.probabilities = probabilities;
        this.above = new byte[EDGE * columns];
    }

    void beginRow() {
        Arrays.fill(left, (byte) 0);
    }

    /** A macroblock without coefficients; its Y2 says nothing to the next where it has none. */
    void skip(int column, boolean split) {
        Arrays.fill(values, (short) 0);
        int kept = split ? EDGE - 1 : EDGE;
        Arrays.fill(left, 0, kept, (byte) 0);
        Arrays.fill(above, EDGE * column, EDGE * column + kept, (byte) 0);
    }

    /** Reads a macroblock's; whether any of them is not 0. */
    boolean read(BoolDecoder in, int column, boolean split, Vp8Steps steps) {
        Arrays.fill(values, (short) 0);
        int up = EDGE * column;
        int first = 0;
        if (!split) {
            Arrays.fill(y2, (short) 0);
            int context = above[up + 8] + left[8];
            int count = block(in, Y2, context, steps.y2Dc(), steps.y2Ac(), 0, y2, 0);
            above[up + 8] = left[8] = (byte) (count > 0 ? 1 : 0);
            Vp8Inverse.walshHadamard(y2, values);
            first = 1;
        }
        int type = split ? Y : Y_AFTER_Y2;
        boolean any = false;
        for (int i = 0; i < 16; i++) {
            any |= edgeBlock(in, type, first, steps.y1Dc(), steps.y1Ac(), i, up + (i & 3), i >> 2);
        }
        for (int i = 16; i < 24; i++) {
            int edge = i < 20 ? 4 : 6;
            any |= edgeBlock(in, CHROMA, 0, steps.uvDc(), steps.uvAc(), i, up + edge + (i & 1), edge + (i >> 1 & 1));
        }
        return any;
    }

    private boolean edgeBlock(BoolDecoder in, int type, int first, int dc, int ac, int number, int up, int side) {
        int count = block(in, type, above[up] + left[side], dc, ac, first, values, 16 * number);
        above[up] = left[side] = (byte) (count > first ? 1 : 0);
        return count > 1 || values[16 * number] != 0;
    }

    /** Reads a block's coefficients; the number of the one behind the last. */
    private int block(BoolDecoder in, int type, int context, int dc, int ac, int first, short[] into, int offset) {
        int p = at(type, first, context);
        int n = first;
        while (n < 16) {
            if (!in.bit(probabilities[p] & 0xff)) {
                return n;
            }
            while (!in.bit(probabilities[p + 1] & 0xff)) {
                n++;
                if (n == 16) {
                    return 16;
                }
                p = at(type, n, 0);
            }
            int value = 1;
            if (in.bit(probabilities[p + 2] & 0xff)) {
                value = large(in, p);
                p = at(type, n + 1, 2);
            } else {
                p = at(type, n + 1, 1);
            }
            into[offset + ZIGZAG[n]] = (short) ((in.flag() ? -value : value) * (n == 0 ? dc : ac));
            n++;
        }
        return 16;
    }

    private static int at(int type, int number, int context) {
        return ((type * BANDS + BAND[number]) * CONTEXTS + context) * PROBABILITIES;
    }

    private int large(BoolDecoder in, int p) {
        if (!in.bit(probabilities[p + 3] & 0xff)) {
            return in.bit(probabilities[p + 4] & 0xff) ? 3 + in.bit01(probabilities[p + 5] & 0xff) : 2;
        }
        if (!in.bit(probabilities[p + 6] & 0xff)) {
            if (!in.bit(probabilities[p + 7] & 0xff)) {
                return 5 + in.bit01(159);
            }
            int high = in.bit01(165);
            return 7 + 2 * high + in.bit01(145);
        }
        int high = in.bit01(probabilities[p + 8] & 0xff);
        int category = 2 * high + in.bit01(probabilities[p + 9 + high] & 0xff);
        int value = 0;
        for (int probability : EXTRA[category]) {
            value = 2 * value + in.bit01(probability);
        }
        return value + 3 + (8 << category);
    }
}

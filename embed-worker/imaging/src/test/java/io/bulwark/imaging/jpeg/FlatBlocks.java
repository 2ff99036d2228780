package io.bulwark.imaging.jpeg;

import java.io.ByteArrayOutputStream;

/** Writes gray JPEGs whose blocks are of one level each, however far that is from what a sample can hold. */
public final class FlatBlocks {

    private static final int SIDE = 32;
    private static final int BLOCKS = 16;
    private static final int CATEGORIES = 12;
    private static final int STEP = 128;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int bits;
    private int count;

    private FlatBlocks() {}

    /**
     * A board of 32x32 pixels, four by four squares in turn, the first of them bright.
     *
     * @param levels above and below middle gray, a multiple of 16 below 2048
     */
    public static byte[] board(int levels) {
        return new FlatBlocks().write(levels * 8 / STEP);
    }

    private byte[] write(int coefficient) {
        bytes(0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, STEP);
        for (int i = 1; i < 64; i++) {
            bytes(1);
        }
        bytes(0xff, 0xc0, 0, 11, 8, 0, SIDE, 0, SIDE, 1, 1, 0x11, 0);
        // Twelve codes of four bits for the first coefficients' sizes, one of a bit for the end of a block.
        bytes(0xff, 0xc4, 0, 19 + CATEGORIES, 0, 0, 0, 0, CATEGORIES, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        for (int i = 0; i < CATEGORIES; i++) {
            bytes(i);
        }
        bytes(0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        bytes(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0);
        int last = 0;
        for (int i = 0; i < BLOCKS; i++) {
            int next = (i / 4 + i) % 2 == 0 ? coefficient : -coefficient;
            difference(next - last);
            last = next;
        }
        put(0x7f, 7);
        bytes(0xff, 0xd9);
        return out.toByteArray();
    }

    private void difference(int value) {
        int size = Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(value));
        put(size, 4);
        put(value < 0 ? value + (1 << size) - 1 : value, size);
        put(0, 1);
    }

    private void put(int value, int length) {
        bits = bits << length | value;
        count += length;
        for (; count >= 8; count -= 8) {
            int b = bits >> count - 8 & 0xff;
            bytes(b);
            if (b == 0xff) {
                bytes(0);
            }
        }
    }

    private void bytes(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
    }
}

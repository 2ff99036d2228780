package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;

/** VP8's arithmetic decoder (RFC 6386, section 7). */
final class BoolDecoder {

    private static final int HALF = 128;

    private final byte[] file;
    private final int end;
    private int at;
    private long value;

    /** Bits of {@code value} below the eight that are compared; negative where a byte must be read. */
    private int count = -8;

    /** One less than the range, which is from 128 to 255. */
    private int range = 254;

    /**
     * Reads a part of a file.
     *
     * @param start of the first byte
     * @param end behind the last
     */
    BoolDecoder(byte[] file, int start, int end) {
        this.file = file;
        this.at = start;
        this.end = end;
    }

    /** Whether the next bit is 1, which it is not with a probability in 256ths. */
    boolean bit(int probability) {
        while (count < 0) {
            value = value << 8 | (at < end ? file[at] & 0xff : 0);
            at++;
            count += 8;
        }
        int split = range * probability >> 8;
        boolean isOne = (int) (value >>> count) > split;
        int width;
        if (isOne) {
            width = range - split;
            value -= (long) (split + 1) << count;
        } else {
            width = split + 1;
        }
        int shift = Integer.numberOfLeadingZeros(width) - 24;
        range = (width << shift) - 1;
        count -= shift;
        return isOne;
    }

    int bit01(int probability) {
        return bit(probability) ? 1 : 0;
    }

    boolean flag() {
        return bit(HALF);
    }

    /** A number, the highest bit first. */
    int number(int bits) {
        int number = 0;
        for (int i = 0; i < bits; i++) {
            number = number << 1 | bit01(HALF);
        }
        return number;
    }

    /** A number and its sign. */
    int signed(int bits) {
        int number = number(bits);
        return flag() ? -number : number;
    }

    /** A number and its sign, or 0 where a flag says that there is none. */
    int optional(int bits) {
        return flag() ? signed(bits) : 0;
    }

    /** @throws RefusedException if more was read than there is */
    void check() {
        if (at > end) {
            throw RefusedException.corrupt("WebP data ends before its last pixel");
        }
    }
}

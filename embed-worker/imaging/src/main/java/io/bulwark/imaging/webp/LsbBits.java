package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;

/** Bits of a lossless WebP, the lowest of each byte first. Behind the end come zeros, until {@link #check} is asked. */
final class LsbBits {

    private final byte[] file;
    private final int end;
    private int at;
    private long value;
    private int count;

    /**
     * Reads a part of a file.
     *
     * @param start of the first byte
     * @param end behind the last
     */
    LsbBits(byte[] file, int start, int end) {
        this.file = file;
        this.at = start;
        this.end = end;
    }

    /** The next bits, 24 at most, which stay. */
    int peek(int bits) {
        while (count < bits) {
            value |= (at < end ? file[at] & 0xffL : 0) << count;
            at++;
            count += 8;
        }
        return (int) value & (1 << bits) - 1;
    }

    void skip(int bits) {
        value >>>= bits;
        count -= bits;
    }

    /** The next bits, 24 at most. */
    int read(int bits) {
        int read = peek(bits);
        skip(bits);
        return read;
    }

    boolean flag() {
        return read(1) == 1;
    }

    /** @throws RefusedException if more was read than there is */
    void check() {
        if (at - count / 8 > end) {
            throw RefusedException.corrupt("WebP data ends before its last pixel");
        }
    }
}

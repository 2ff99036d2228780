package io.bulwark.imaging.gif;

import io.bulwark.imaging.RefusedException;
import java.util.Arrays;

/**
 * GIF's variable-width LZW (GIF89a, appendix F). One instance decodes the frames of one file in turn; one thread uses
 * it.
 */
final class LzwDecoder {

    private static final int MAX_CODES = 4096;

    private final int[] prefix = new int[MAX_CODES];
    private final byte[] suffix = new byte[MAX_CODES];
    private final byte[] first = new byte[MAX_CODES];
    private final int[] length = new int[MAX_CODES];

    private final byte[] file;

    // Where the next data byte of the sub-blocks is read.
    private int at;
    private int blockEnd;

    LzwDecoder(byte[] file) {
        this.file = file;
    }

    /**
     * Decodes a frame's palette indices.
     *
     * @param start offset of the first sub-block's length byte
     * @param minimumCodeSize as the file says, 1 to 11
     * @param indices filled from the beginning
     * @param count indices wanted
     * @return how many were found; fewer than {@code count} where the data ends early
     */
    int decode(int start, int minimumCodeSize, byte[] indices, int count) {
        if (minimumCodeSize < 1 || minimumCodeSize > 11) {
            throw RefusedException.corrupt("GIF frame has the code size " + minimumCodeSize);
        }
        at = start;
        blockEnd = start;
        int clear = 1 << minimumCodeSize;
        for (int i = 0; i < clear; i++) {
            suffix[i] = (byte) i;
            first[i] = (byte) i;
            length[i] = 1;
        }
        Arrays.fill(prefix, 0, clear, -1);
        int width = minimumCodeSize + 1;
        int next = clear + 2;
        int previous = -1;
        int written = 0;
        int bits = 0;
        int bitCount = 0;
        while (written < count) {
            while (bitCount < width) {
                int b = nextByte();
                if (b < 0) {
                    return written;
                }
                bits |= b << bitCount;
                bitCount += 8;
            }
            int code = bits & (1 << width) - 1;
            bits >>>= width;
            bitCount -= width;
            if (code == clear) {
                width = minimumCodeSize + 1;
                next = clear + 2;
                previous = -1;
                continue;
            }
            if (code == clear + 1) {
                return written;
            }
            if (code > next || code == next && (previous < 0 || next == MAX_CODES)) {
                throw RefusedException.corrupt("GIF frame holds a code that was not defined");
            }
            if (previous >= 0 && next < MAX_CODES) {
                prefix[next] = previous;
                suffix[next] = code == next ? first[previous] : first[code];
                first[next] = first[previous];
                length[next] = length[previous] + 1;
                next++;
                if (next == 1 << width && width < 12) {
                    width++;
                }
            }
            written = emit(code, indices, written, count);
            previous = code;
        }
        return written;
    }

    private int emit(int code, byte[] indices, int written, int count) {
        int end = written + length[code];
        int write = end - 1;
        int c = code;
        while (write >= count) {
            c = prefix[c];
            write--;
        }
        while (write >= written) {
            indices[write--] = suffix[c];
            c = prefix[c];
        }
        return Math.min(end, count);
    }

    private int nextByte() {
        if (at == blockEnd) {
            if (at >= file.length) {
                return -1;
            }
            int size = file[at++] & 0xff;
            if (size == 0) {
                at--;
                blockEnd = at;
                return -1;
            }
            blockEnd = Math.min(file.length, at + size);
            if (at == blockEnd) {
                return -1;
            }
        }
        return file[at++] & 0xff;
    }
}

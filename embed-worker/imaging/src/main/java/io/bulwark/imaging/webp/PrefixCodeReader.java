package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;
import java.util.Arrays;

/** Reads prefix codes as a lossless WebP holds them (RFC 9649, section 3.7.2.1), within a budget for their tables. */
final class PrefixCodeReader {

    /** Where the lengths of the code of code lengths stand. */
    private static final int[] ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    private static final int REPEAT_PREVIOUS = 16;
    private static final int REPEAT_ZERO = 17;

    /** What an object and an array take besides the array's entries. */
    private static final int OVERHEAD = 48;

    private final LsbBits bits;
    private final byte[] lengths = new byte[PixelCodes.LARGEST_ALPHABET];
    private long left;

    /** @param tableBytes heap that all codes together may take */
    PrefixCodeReader(LsbBits bits, long tableBytes) {
        this.bits = bits;
        this.left = tableBytes;
    }

    /**
     * Reads a code.
     *
     * @param alphabet number of symbols
     * @throws RefusedException if it is none, or more than the budget allows
     */
    PrefixCode read(int alphabet) {
        PrefixCode code = bits.flag() ? simple(alphabet) : normal(alphabet);
        take(OVERHEAD + code.bytes());
        return code;
    }

    /** Takes heap from the budget. */
    void take(long bytes) {
        left -= bytes;
        if (left < 0) {
            throw RefusedException.tooLarge(
                    "WebP holds more code tables than encoders make, at most a 64-fold of the data is allowed");
        }
    }

    private PrefixCode simple(int alphabet) {
        int symbols = bits.read(1) + 1;
        int first = bits.read(bits.flag() ? 8 : 1);
        Arrays.fill(lengths, 0, 256, (byte) 0);
        lengths[first] = 1;
        if (symbols == 2) {
            lengths[bits.read(8)] = 1;
        }
        // A small alphabet, of distances, may be told a symbol that it has not.
        for (int i = alphabet; i < 256; i++) {
            if (lengths[i] > 0) {
                throw RefusedException.corrupt("WebP holds a prefix code for the unknown symbol " + i);
            }
        }
        return PrefixCode.of(lengths, Math.min(alphabet, 256));
    }

    private PrefixCode normal(int alphabet) {
        byte[] lengthLengths = new byte[ORDER.length];
        int count = 4 + bits.read(4);
        for (int i = 0; i < count; i++) {
            lengthLengths[ORDER[i]] = (byte) bits.read(3);
        }
        PrefixCode lengthCode = PrefixCode.of(lengthLengths, lengthLengths.length);
        int left = alphabet;
        if (bits.flag()) {
            left = 2 + bits.read(2 + 2 * bits.read(3));
            if (left > alphabet) {
                throw RefusedException.corrupt("WebP holds a prefix code of more symbols than there are");
            }
        }
        Arrays.fill(lengths, 0, alphabet, (byte) 0);
        byte previous = 8;
        for (int symbol = 0; symbol < alphabet && left > 0; left--) {
            int code = lengthCode.read(bits);
            if (code < REPEAT_PREVIOUS) {
                lengths[symbol++] = (byte) code;
                previous = code > 0 ? (byte) code : previous;
                continue;
            }
            int repeats = code == REPEAT_PREVIOUS
                    ? 3 + bits.read(2)
                    : code == REPEAT_ZERO ? 3 + bits.read(3) : 11 + bits.read(7);
            if (symbol + repeats > alphabet) {
                throw RefusedException.corrupt("WebP holds a prefix code of more symbols than there are");
            }
            Arrays.fill(lengths, symbol, symbol + repeats, code == REPEAT_PREVIOUS ? previous : 0);
            symbol += repeats;
        }
        bits.check();
        return PrefixCode.of(lengths, alphabet);
    }
}

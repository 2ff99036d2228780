package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;

/**
 * A canonical prefix code (RFC 9649, section 3.7.2) as a table of its first eight bits, and further tables for longer codes.
 * An entry is {@code length << 16 | symbol}; where the length is above eight, the symbol is the index of a further table.
 */
final class PrefixCode {

    private static final int MAX_LENGTH = 15;
    private static final int ROOT_BITS = 8;
    private static final int SYMBOL = 0xffff;

    private final int[] table;
    private final int rootBits;

    private PrefixCode(int[] table, int rootBits) {
        this.table = table;
        this.rootBits = rootBits;
    }

    /** A code of one symbol, which takes no bits. */
    static PrefixCode of(int symbol) {
        return new PrefixCode(new int[] {symbol}, 0);
    }

    /**
     * Makes the code of given lengths.
     *
     * @param lengths of the symbols' codes, 0 for a symbol without one
     * @param symbols of them that count
     * @throws RefusedException if there is no such code
     */
    static PrefixCode of(byte[] lengths, int symbols) {
        int[] counts = new int[MAX_LENGTH + 1];
        int last = 0;
        for (int i = 0; i < symbols; i++) {
            counts[lengths[i]]++;
            last = lengths[i] > 0 ? i : last;
        }
        int coded = symbols - counts[0];
        counts[0] = 0;
        if (coded == 1) {
            return of(last);
        }
        int longest = MAX_LENGTH;
        while (longest > 0 && counts[longest] == 0) {
            longest--;
        }
        int[] next = new int[MAX_LENGTH + 2];
        for (int length = 1; length <= MAX_LENGTH; length++) {
            next[length + 1] = next[length] + counts[length] << 1;
        }
        if (coded == 0 || next[MAX_LENGTH + 1] != 1 << MAX_LENGTH + 1) {
            throw RefusedException.corrupt("WebP holds a prefix code that is not complete");
        }
        int rootBits = Math.min(ROOT_BITS, longest);
        return new PrefixCode(table(lengths, symbols, next, rootBits), rootBits);
    }

    private static int[] table(byte[] lengths, int symbols, int[] next, int rootBits) {
        int root = 1 << rootBits;
        byte[] longest = new byte[root];
        int[] codes = next.clone();
        for (int i = 0; i < symbols; i++) {
            if (lengths[i] > rootBits) {
                int prefix = reversed(codes[lengths[i]]++, lengths[i]) & root - 1;
                longest[prefix] = (byte) Math.max(longest[prefix], lengths[i]);
            }
        }
        int size = root;
        int[] starts = new int[root];
        for (int prefix = 0; prefix < root; prefix++) {
            if (longest[prefix] > 0) {
                starts[prefix] = size;
                size += 1 << longest[prefix] - rootBits;
            }
        }
        int[] table = new int[size];
        for (int prefix = 0; prefix < root; prefix++) {
            table[prefix] = longest[prefix] << 16 | starts[prefix];
        }
        for (int i = 0; i < symbols; i++) {
            int length = lengths[i];
            if (length > 0) {
                int code = reversed(next[length]++, length);
                int prefix = code & root - 1;
                boolean isShort = length <= rootBits;
                int from = isShort ? code : starts[prefix] + (code >> rootBits);
                int until = isShort ? root : starts[prefix] + (1 << longest[prefix] - rootBits);
                int step = 1 << (isShort ? length : length - rootBits);
                for (int at = from; at < until; at += step) {
                    table[at] = length << 16 | i;
                }
            }
        }
        return table;
    }

    private static int reversed(int code, int length) {
        return Integer.reverse(code) >>> 32 - length;
    }

    /** Heap of the table. */
    int bytes() {
        return table.length * Integer.BYTES;
    }

    /** Reads a symbol. */
    int read(LsbBits bits) {
        if (rootBits == 0) {
            return table[0];
        }
        int peeked = bits.peek(MAX_LENGTH);
        int entry = table[peeked & (1 << rootBits) - 1];
        int length = entry >>> 16;
        if (length > rootBits) {
            entry = table[(entry & SYMBOL) + (peeked >> rootBits & (1 << length - rootBits) - 1)];
            length = entry >>> 16;
        }
        bits.skip(length);
        return entry & SYMBOL;
    }
}

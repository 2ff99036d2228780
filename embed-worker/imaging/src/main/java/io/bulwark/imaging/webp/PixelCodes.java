package io.bulwark.imaging.webp;

/** The five prefix codes by which a part of a lossless WebP holds its pixels (RFC 9649, section 3.7.2). */
record PixelCodes(PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {

    static final int LITERALS = 256;

    /** Prefixes of lengths, which follow the literals of green. */
    static final int LENGTHS = 24;

    private static final int DISTANCES = 40;
    private static final int MOST_CACHE_BITS = 11;

    /** That of green with the largest colour cache. */
    static final int LARGEST_ALPHABET = LITERALS + LENGTHS + (1 << MOST_CACHE_BITS);

    static PixelCodes read(PrefixCodeReader in, int cacheSize) {
        return new PixelCodes(
                in.read(LITERALS + LENGTHS + cacheSize),
                in.read(LITERALS),
                in.read(LITERALS),
                in.read(LITERALS),
                in.read(DISTANCES));
    }

    /** Whether a colour cache may have so many bits. */
    static boolean isCacheBits(int bits) {
        return bits >= 1 && bits <= MOST_CACHE_BITS;
    }
}

package io.bulwark.imaging.pdq;

import java.util.Optional;

/**
 * A PDQ hash: 256 bits, of which pictures that look alike share most. Bit {@code 16 * i + j} says whether coefficient
 * {@code (i, j)} of the picture's 16x16 cosine transform lies above the median of all of them; bit 255 stands first in
 * the text, as in the hashes that Meta's programs print.
 *
 * @param first bits 255 to 192, the most significant first
 * @param second bits 191 to 128
 * @param third bits 127 to 64
 * @param fourth bits 63 to 0
 */
public record PdqHash(long first, long second, long third, long fourth) implements Comparable<PdqHash> {

    /** Bits of a hash, which is also the largest distance. */
    public static final int BITS = 256;

    /** At this distance or below Meta recommends to call two pictures the same. Unrelated ones are some 128 apart. */
    public static final int MATCH_DISTANCE = 31;

    /** What a picture gets that is too small to be hashed: no bit is set. */
    static final PdqHash NONE = new PdqHash(0, 0, 0, 0);

    /**
     * Reads the usual text.
     *
     * @param hex 64 hexadecimal digits, upper or lower case
     * @throws IllegalArgumentException if it is anything else
     */
    public static PdqHash parse(String hex) {
        return of(Hex256.parse("PDQ", hex));
    }

    /** Reads the usual text; empty where it is anything else. */
    public static Optional<PdqHash> find(String text) {
        return Hex256.find(text).map(PdqHash::of);
    }

    public static PdqHash of(long[] words) {
        return new PdqHash(words[0], words[1], words[2], words[3]);
    }

    /** In how many bits two hashes differ: their Hamming distance, 0 to 256. */
    public int distance(PdqHash other) {
        return Long.bitCount(first ^ other.first)
                + Long.bitCount(second ^ other.second)
                + Long.bitCount(third ^ other.third)
                + Long.bitCount(fourth ^ other.fourth);
    }

    /** Whether the distance is at most {@value #MATCH_DISTANCE}. Says nothing where one of them is of low quality. */
    public boolean isMatch(PdqHash other) {
        return distance(other) <= MATCH_DISTANCE;
    }

    /** 64 lower-case hexadecimal digits, the most significant first. */
    public String hex() {
        return Hex256.format(first, second, third, fourth);
    }

    public long[] words() {
        return new long[] {first, second, third, fourth};
    }

    /** Orders as {@link #hex} does. */
    @Override
    public int compareTo(PdqHash other) {
        return Hex256.compare(words(), other.words());
    }

    @Override
    public String toString() {
        return hex();
    }
}

package io.bulwark.imaging.pdq;

import io.bulwark.imaging.preprocess.Pose;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
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

    /** 256 bits as 64 hexadecimal digits, the most significant first. */
    public static final class Hex256 {

        static final int WORDS = 4;

        private static final int DIGITS = 64;
        private static final int DIGITS_OF_A_WORD = DIGITS / WORDS;

        private Hex256() {}

        /**
         * Reads 64 digits, upper or lower case.
         *
         * @param what names the hash in an error, which quotes none of its digits
         * @return four words, the most significant first
         * @throws IllegalArgumentException if it is anything else
         */
        public static long[] parse(String what, String hex) {
            if (hex.length() != DIGITS) {
                throw new IllegalArgumentException("a %s hash has %d characters, allowed are %d hexadecimal digits"
                        .formatted(what, hex.length(), DIGITS));
            }
            for (int i = 0; i < DIGITS; i++) {
                if (!HexFormat.isHexDigit(hex.charAt(i))) {
                    throw new IllegalArgumentException(
                            "a %s hash has no hexadecimal digit at position %d of %d".formatted(what, i + 1, DIGITS));
                }
            }
            long[] words = new long[WORDS];
            for (int i = 0; i < WORDS; i++) {
                words[i] = HexFormat.fromHexDigitsToLong(hex, i * DIGITS_OF_A_WORD, (i + 1) * DIGITS_OF_A_WORD);
            }
            return words;
        }

        /** Reads 64 digits, upper or lower case; empty where the text is anything else. */
        public static Optional<long[]> find(String text) {
            return text.length() == DIGITS && text.chars().allMatch(HexFormat::isHexDigit)
                    ? Optional.of(parse("256-bit", text))
                    : Optional.empty();
        }

        /** In lower case. */
        public static String format(long first, long second, long third, long fourth) {
            HexFormat digits = HexFormat.of();
            return digits.toHexDigits(first)
                    + digits.toHexDigits(second)
                    + digits.toHexDigits(third)
                    + digits.toHexDigits(fourth);
        }

        /** Orders as the digits do. */
        public static int compare(long[] a, long[] b) {
            for (int i = 0; i < WORDS; i++) {
                int order = Long.compareUnsigned(a[i], b[i]);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }
    }

    /**
     * What PDQ says of a picture and of its turned and mirrored copies.
     *
     * @param hashes one for each pose, {@link Pose#UPRIGHT} that of the picture as it is seen
     * @param quality of all of them, 0 to 100
     */
    public record PdqVariants(Map<Pose, PdqHash> hashes, int quality) {

        static final int BEST = 100;

        public PdqVariants {
            if (!hashes.keySet().equals(EnumSet.allOf(Pose.class))) {
                throw new IllegalArgumentException(
                        "The hashes are those of " + hashes.keySet() + ", wanted is one a pose");
            }
            checkQuality(quality);
            hashes = Collections.unmodifiableMap(new EnumMap<>(hashes));
        }

        /** That of the picture as it is seen. */
        public PdqFingerprint upright() {
            return new PdqFingerprint(hashes.get(Pose.UPRIGHT), quality);
        }

        /**
         * What PDQ says of a picture.
         *
         * @param hash of the picture as it is seen; no bit is set where a side has fewer than 5 pixels
         * @param quality how much there is to see, 0 to 100; 0 as well where the picture is too small or its bits are
         *     chance
         */
        public record PdqFingerprint(PdqHash hash, int quality) {

            public PdqFingerprint {
                checkQuality(quality);
            }
        }

        /** @throws IllegalArgumentException if a quality is not 0 to 100 */
        public static void checkQuality(int quality) {
            if (quality < 0 || quality > BEST) {
                throw new IllegalArgumentException("the quality is %d, allowed is 0 to %d".formatted(quality, BEST));
            }
        }
    }
}

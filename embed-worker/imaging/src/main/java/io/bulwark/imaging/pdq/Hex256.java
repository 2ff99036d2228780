package io.bulwark.imaging.pdq;

import java.util.HexFormat;
import java.util.Optional;

/** 256 bits as 64 hexadecimal digits, the most significant first. */
public final class Hex256 {

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

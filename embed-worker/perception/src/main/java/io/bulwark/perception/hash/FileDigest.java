package io.bulwark.perception.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The MD5 or SHA-1 digest of a file, which most lists of known files still have. Both are broken: two files of one
 * digest can be made, so a match is evidence for a person and less than that of {@link Sha256}.
 *
 * @param kind which of the two
 * @param first the first eight bytes, big-endian
 * @param second the next eight
 * @param third the last four of SHA-1; 0 for MD5
 */
public record FileDigest(Kind kind, long first, long second, int third) {

    private static final int DIGITS_OF_A_WORD = 16;
    private static final int HALF = 32;

    /** The two digests. */
    public enum Kind {
        MD5("MD5", 32),
        SHA1("SHA-1", 40);

        private final String algorithm;
        private final int digits;

        Kind(String algorithm, int digits) {
            this.algorithm = algorithm;
            this.digits = digits;
        }

        private MessageDigest newDigest() {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java platform has " + algorithm, e);
            }
        }
    }

    /**
     * Reads the usual text.
     *
     * @param hex 32 hexadecimal digits of MD5 or 40 of SHA-1, upper or lower case
     * @throws IllegalArgumentException if it is anything else; quotes none of its digits
     */
    public static FileDigest parse(Kind kind, String hex) {
        return find(kind, hex)
                .orElseThrow(() ->
                        new IllegalArgumentException("a %s hash has %d characters, allowed are %d hexadecimal digits"
                                .formatted(kind.algorithm, hex.length(), kind.digits)));
    }

    /** Reads the usual text; empty where it is anything else. */
    public static Optional<FileDigest> find(Kind kind, String hex) {
        if (hex.length() != kind.digits || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        return Optional.of(new FileDigest(
                kind,
                HexFormat.fromHexDigitsToLong(hex, 0, DIGITS_OF_A_WORD),
                HexFormat.fromHexDigitsToLong(hex, DIGITS_OF_A_WORD, 2 * DIGITS_OF_A_WORD),
                kind == Kind.MD5 ? 0 : HexFormat.fromHexDigits(hex, 2 * DIGITS_OF_A_WORD, kind.digits)));
    }

    /** A digest of each kind. */
    public static List<FileDigest> all(byte[] file) {
        return Arrays.stream(Kind.values()).map(kind -> of(kind, file)).toList();
    }

    /** The digest of a file's bytes. */
    public static FileDigest of(Kind kind, byte[] file) {
        return parse(kind, HexFormat.of().formatHex(kind.newDigest().digest(file)));
    }

    /** 32 or 40 lower-case hexadecimal digits. */
    public String hex() {
        HexFormat digits = HexFormat.of();
        String hex = digits.toHexDigits(first) + digits.toHexDigits(second);
        return kind == Kind.MD5 ? hex : hex + digits.toHexDigits(third);
    }

    /** Four words, of which the last is the kind. */
    long[] words() {
        return new long[] {first, second, (long) third << HALF, kind.ordinal()};
    }

    static FileDigest of(long[] words) {
        return new FileDigest(Kind.values()[(int) words[3]], words[0], words[1], (int) (words[2] >>> HALF));
    }

    @Override
    public String toString() {
        return hex();
    }
}

package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash.Hex256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The SHA-256 digest of a file, which names exactly this file.
 *
 * @param first the first eight bytes, big-endian, and so on
 * @param second the next eight
 * @param third the next eight
 * @param fourth the last eight
 */
public record Sha256(long first, long second, long third, long fourth) implements Comparable<Sha256> {

    /**
     * Reads the usual text.
     *
     * @param hex 64 hexadecimal digits, upper or lower case
     * @throws IllegalArgumentException if it is anything else
     */
    public static Sha256 parse(String hex) {
        return of(Hex256.parse("SHA-256", hex));
    }

    /** Reads the usual text; empty where it is anything else. */
    public static Optional<Sha256> find(String text) {
        return Hex256.find(text).map(Sha256::of);
    }

    /** The digest of a file's bytes. */
    public static Sha256 digest(byte[] file) {
        return ofDigest(newDigest().digest(file));
    }

    /**
     * A digest that was made.
     *
     * @param digest 32 bytes
     */
    public static Sha256 ofDigest(byte[] digest) {
        ByteBuffer words = ByteBuffer.wrap(digest);
        return new Sha256(words.getLong(), words.getLong(), words.getLong(), words.getLong());
    }

    /** The digest of a text's UTF-8 bytes. */
    public static Sha256 ofText(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    static Sha256 of(long[] words) {
        return new Sha256(words[0], words[1], words[2], words[3]);
    }

    /** A digest to be fed piece by piece. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return Hex256.format(first, second, third, fourth);
    }

    long[] words() {
        return new long[] {first, second, third, fourth};
    }

    /** Orders as {@link #hex} does. */
    @Override
    public int compareTo(Sha256 other) {
        return Hex256.compare(words(), other.words());
    }

    @Override
    public String toString() {
        return hex();
    }
}

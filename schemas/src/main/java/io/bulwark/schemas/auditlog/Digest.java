package io.bulwark.schemas.auditlog;

import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256. Immutable. */
public final class Digest {

    /** Length. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    /**
     * @param bytes {@value #BYTES}, copied
     * @throws IllegalArgumentException where it is not as long
     */
    public Digest(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("A SHA-256 has " + BYTES + " bytes, not " + bytes.length + ".");
        }
        this.bytes = bytes.clone();
    }

    /**
     * @param hex 64 hexadecimal digits
     * @throws IllegalArgumentException where it is not that
     */
    public static Digest parse(String hex) {
        return new Digest(HexFormat.of().parseHex(hex));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** In lower-case hexadecimal. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}

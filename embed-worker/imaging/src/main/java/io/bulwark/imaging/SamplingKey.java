package io.bulwark.imaging;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret by which a deployment chooses where it looks at a file: without the key it cannot be predicted which
 * frames of an animation are looked at. All workers share it, so that a file is judged alike by each. It is
 * serializable because a worker hands it to its own decoder processes. Any thread.
 */
public final class SamplingKey implements Serializable {

    private static final long serialVersionUID = 1;

    /** A shorter key could be found by search. */
    private static final int LEAST_BYTES = 16;

    private static final String HMAC = "HmacSHA256";

    /** Hex digits of an id. */
    private static final int ID_LENGTH = 8;

    private static final SamplingKey PUBLIC =
            new SamplingKey("bulwark public sampling key".getBytes(StandardCharsets.US_ASCII));

    private final SecretKeySpec key;
    private final String id;

    private SamplingKey(byte[] secret) {
        this.key = new SecretKeySpec(secret, HMAC);
        this.id = HexFormat.of().formatHex(sha256(secret)).substring(0, ID_LENGTH);
    }

    /**
     * A deployment's key.
     *
     * @param secret at least 16 bytes, which are copied
     * @throws IllegalArgumentException if it is shorter
     */
    public static SamplingKey of(byte[] secret) {
        if (secret.length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "The sampling key has " + secret.length + " bytes, at least " + LEAST_BYTES + " are wanted");
        }
        return new SamplingKey(secret);
    }

    /** The public key: choices are reproducible, and an attacker can work them out. */
    public static SamplingKey publicKey() {
        return PUBLIC;
    }

    /** Whether this is {@link #publicKey()}. */
    public boolean isPublic() {
        return id.equals(PUBLIC.id);
    }

    /** The first eight hex digits of the key's SHA-256: says which key it was, and nothing of it. */
    public String id() {
        return id;
    }

    /** Numbers that follow from the key and a file. */
    public Draws draws(byte[] file) {
        return new Draws(sha256(file));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime has no SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SamplingKey that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "SamplingKey[" + id + "]";
    }

    /** HMAC-SHA256(key, SHA-256(file) and a counter), number after number. One thread uses it. */
    public final class Draws {

        private final byte[] digest;
        private int drawn;

        private Draws(byte[] digest) {
            this.digest = digest;
        }

        /** The next number, evenly distributed from 0 to 1, 1 excluded: the 53 bits that a double holds. */
        public double next() {
            return (bits() >>> 11) * 0x1p-53;
        }

        /** The next 64 bits. */
        public long bits() {
            try {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(key);
                mac.update(digest);
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(drawn++).array());
                return ByteBuffer.wrap(mac.doFinal()).getLong();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("This Java runtime has no HMAC-SHA256", e);
            }
        }
    }
}

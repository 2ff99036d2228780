package io.bulwark.schemas.auditlog;

import io.bulwark.schemas.auditlog.AuditRow.Digest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * What a tenant's log was up to a row, signed by the program that had checked it before its oldest rows were dropped. A
 * log that begins after a checkpoint is whole from there on. Immutable.
 *
 * <p>The signature is Ed25519 (RFC 8032) over, in this order: the 26 bytes {@code bulwark-audit-checkpoint-1} in ASCII;
 * the position as 8 bytes, most significant first; the 32 bytes of the row's hash; the time in microseconds since
 * 1970-01-01T00:00:00Z as 8 bytes; the tenant in UTF-8.
 *
 * @param tenant whose log
 * @param position of the last row that it covers
 * @param hash of that row
 * @param signedAt when; whole microseconds
 * @param signature 64 bytes in Base64
 */
public record Checkpoint(String tenant, long position, Digest hash, Instant signedAt, String signature) {

    private static final String ALGORITHM = "Ed25519";
    private static final byte[] DOMAIN = "bulwark-audit-checkpoint-1".getBytes(StandardCharsets.US_ASCII);

    /** Signs the log up to an anchor. The time is cut to microseconds. */
    public static Checkpoint sign(Anchor end, Instant at, PrivateKey key) {
        Instant micros = at.truncatedTo(ChronoUnit.MICROS);
        try {
            Signature signer = Signature.getInstance(ALGORITHM);
            signer.initSign(key);
            signer.update(signed(end.tenant(), end.position(), end.hash(), micros));
            return new Checkpoint(
                    end.tenant(),
                    end.position(),
                    end.hash(),
                    micros,
                    Base64.getEncoder().encodeToString(signer.sign()));
        } catch (GeneralSecurityException unfit) {
            throw new IllegalArgumentException("The key does not sign with " + ALGORITHM, unfit);
        }
    }

    /** Whether the owner of this public key signed it as it stands. */
    public boolean isSignedBy(PublicKey key) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(signed(tenant, position, hash, signedAt));
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException noSignature) {
            return false;
        }
    }

    /** The end that it stands for. */
    public Anchor end() {
        return new Anchor(tenant, position, hash);
    }

    /**
     * Reads a private key.
     *
     * @param pem PKCS #8, {@code BEGIN PRIVATE KEY}, as {@code openssl genpkey -algorithm ed25519} writes it
     * @throws IllegalArgumentException where it is no such key
     */
    public static PrivateKey privateKey(String pem) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(decoded(pem, "PRIVATE KEY")));
        } catch (GeneralSecurityException | IllegalArgumentException unfit) {
            throw new IllegalArgumentException("It is no Ed25519 private key in PEM (BEGIN PRIVATE KEY).", unfit);
        }
    }

    /**
     * Reads a public key.
     *
     * @param pem {@code BEGIN PUBLIC KEY}, as {@code openssl pkey -pubout} writes it
     * @throws IllegalArgumentException where it is no such key
     */
    public static PublicKey publicKey(String pem) {
        try {
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(decoded(pem, "PUBLIC KEY")));
        } catch (GeneralSecurityException | IllegalArgumentException unfit) {
            throw new IllegalArgumentException("It is no Ed25519 public key in PEM (BEGIN PUBLIC KEY).", unfit);
        }
    }

    private static byte[] decoded(String pem, String name) {
        String base64 = pem.replaceAll("-----(BEGIN|END) " + name + "-----", "").replaceAll("\\s", "");
        return Base64.getDecoder().decode(base64);
    }

    private static byte[] signed(String tenant, long position, Digest hash, Instant at) {
        try {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.write(DOMAIN);
            out.writeLong(position);
            out.write(hash.bytes());
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, at));
            out.write(tenant.getBytes(StandardCharsets.UTF_8));
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /**
     * What a row of a tenant's log was at some time, kept outside the database.
     *
     * @param tenant whose log
     * @param position of the row
     * @param hash of the row
     */
    public record Anchor(String tenant, long position, Digest hash) {}
}

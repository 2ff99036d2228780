package io.bulwark.stream.outbound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * Coop's signature over the body of a callback: RSASSA-PKCS1-v1_5 with SHA-256, in Base64, as its page on
 * authentication says. Any thread.
 */
public final class CoopSignature {

    private final PublicKey key;

    private CoopSignature(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads Coop's webhook signature verification key.
     *
     * @param file PEM, {@code BEGIN PUBLIC KEY}
     * @throws IllegalArgumentException where it cannot be read, or is no such key
     */
    public static CoopSignature read(Path file) {
        try {
            return of(Files.readString(file));
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    file + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(file + " is no RSA public key in PEM (BEGIN PUBLIC KEY)", wrong);
        }
    }

    static CoopSignature of(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
        var encoded = new X509EncodedKeySpec(Base64.getDecoder().decode(base64));
        return new CoopSignature(KeyFactory.getInstance("RSA").generatePublic(encoded));
    }

    /**
     * Whether Coop signed this.
     *
     * @param body as it came
     * @param header of the request; null where it has none
     */
    public boolean verifies(byte[] body, String header) {
        if (header == null) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update(body);
            return signature.verify(Base64.getDecoder().decode(header.strip()));
        } catch (GeneralSecurityException | IllegalArgumentException noSignature) {
            return false;
        }
    }
}

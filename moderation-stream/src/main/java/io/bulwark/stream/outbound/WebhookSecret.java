package io.bulwark.stream.outbound;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that sender and receiver share, as Standard Webhooks writes it: {@code whsec_} and 24 to 64 bytes in Base64.
 * Its text does not show it.
 */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";
    private static final String HMAC = "HmacSHA256";
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;

    private final byte[] key;

    private WebhookSecret(byte[] key) {
        this.key = key;
    }

    /**
     * Reads the file of a secret.
     *
     * @throws IllegalArgumentException where it cannot be read, or is no secret; the message holds nothing of the file
     */
    public static WebhookSecret read(Path file) {
        try {
            return of(Files.readString(file).strip());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    file + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    file + " is no secret of webhooks: " + PREFIX + " and " + LEAST_BYTES + " to " + MOST_BYTES
                            + " bytes in Base64",
                    wrong);
        }
    }

    static WebhookSecret of(String text) {
        byte[] key =
                text.startsWith(PREFIX) ? Base64.getDecoder().decode(text.substring(PREFIX.length())) : new byte[0];
        if (key.length < LEAST_BYTES || key.length > MOST_BYTES) {
            throw new IllegalArgumentException("no secret");
        }
        return new WebhookSecret(key);
    }

    /**
     * Signs one attempt.
     *
     * @param timestamp of the attempt, in seconds since the epoch
     * @return {@code v1,} and the HMAC-SHA256 of {@code id.timestamp.body} in Base64
     */
    String sign(String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has " + HMAC, impossible);
        }
    }

    @Override
    public String toString() {
        return "WebhookSecret";
    }
}

package io.bulwark.stream.campaign;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret of the deployment. It makes digests (HMAC-SHA256, the first 16 bytes) that do not reveal their input, and
 * chooses bands that only the deployment knows. Immutable; any thread.
 */
public final class CampaignSalt {

    /**
     * Bands of a key that count: 8 of 16, which near-duplicates of a cosine of 0.98 share one of in 97 of 100 cases.
     */
    static final int BANDS = 8;

    private static final int OF_BANDS = 16;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;

    private final SecretKeySpec key;
    private final Set<String> chosen;

    /** @param secret at least one byte */
    public CampaignSalt(byte[] secret) {
        key = new SecretKeySpec(secret, ALGORITHM);
        chosen = IntStream.range(0, OF_BANDS)
                .mapToObj(Integer::toHexString)
                .sorted(Comparator.comparing(number -> digest("band", number)))
                .limit(BANDS)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The digest of texts, in hexadecimal. */
    String digest(String... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (String part : parts) {
                mac.update(part.getBytes(StandardCharsets.UTF_8));
                mac.update((byte) 0);
            }
            return HexFormat.of().formatHex(mac.doFinal(), 0, BYTES);
        } catch (GeneralSecurityException every) {
            throw new IllegalStateException("every Java has " + ALGORITHM, every);
        }
    }

    /**
     * The bands of a key that count. An attacker who knows the hyperplanes, but not the secret, cannot predict them.
     *
     * @param perceptualKey such as {@code 0:1f3a}, the band's number first
     */
    List<String> chosen(List<String> perceptualKey) {
        return perceptualKey.stream()
                .filter(band -> chosen.contains(band.substring(0, Math.max(0, band.indexOf(':')))))
                .limit(BANDS)
                .toList();
    }
}

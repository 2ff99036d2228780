package io.bulwark.schemas.preview;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and checks questions for pictures by HMAC-SHA-256 with a key from {@code bulwark.preview.secret}. A token holds
 * for one path and query and for half a minute. Thread-safe.
 */
public final class PreviewTokens {

    /** The header that carries the token. */
    public static final String HEADER = "Bulwark-Preview-Token";

    /** Characters that a secret has at least. */
    public static final int LEAST_SECRET = 32;

    private static final String SETTING = "bulwark.preview.secret";
    private static final String ALGORITHM = "HmacSHA256";
    private static final String PURPOSE = "bulwark preview";
    private static final long LIFETIME_SECONDS = 30;
    private static final long CLOCKS_DIFFER_SECONDS = 30;
    private static final Pattern TOKEN = Pattern.compile("([0-9]{1,12})\\.([A-Za-z0-9_-]{43})");

    private final Key key;
    private final Clock clock;

    /**
     * @param secret that both sides share
     * @throws IllegalArgumentException if it has fewer than {@value #LEAST_SECRET} characters
     */
    public PreviewTokens(String secret, Clock clock) {
        if (secret.length() < LEAST_SECRET) {
            throw new IllegalArgumentException(
                    SETTING + " has " + secret.length() + " characters, allowed are at least " + LEAST_SECRET + ".");
        }
        this.key = key(mac(key(secret.getBytes(StandardCharsets.UTF_8)), PURPOSE));
        this.clock = clock;
    }

    /**
     * With the secret of the settings.
     *
     * @param value of {@code bulwark.preview.secret}
     * @param file of {@code bulwark.preview.secret-file}, whose last line break does not count
     * @return empty where neither is set
     * @throws IllegalArgumentException naming the setting that is wrong
     */
    public static Optional<PreviewTokens> of(Optional<String> value, Optional<Path> file, Clock clock) {
        if (value.isPresent() && file.isPresent()) {
            throw new IllegalArgumentException(SETTING + " and " + SETTING + "-file are both set, allowed is one.");
        }
        return value.or(() -> file.map(PreviewTokens::read)).map(secret -> new PreviewTokens(secret, clock));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    SETTING + "-file is " + file + ", which cannot be read: "
                            + unreadable.getClass().getSimpleName() + ".",
                    unreadable);
        }
    }

    /**
     * A token for one question.
     *
     * @param uri path and query as they are asked
     */
    public String sign(String uri) {
        long until = clock.instant().getEpochSecond() + LIFETIME_SECONDS;
        return until + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac(key, signed(until, uri)));
    }

    /**
     * Whether a token was made with this secret, for this question, and not too long ago.
     *
     * @param token as it came, or null
     */
    public boolean isValid(String token, String uri) {
        Matcher parts = TOKEN.matcher(token == null ? "" : token);
        if (!parts.matches()) {
            return false;
        }
        long until = Long.parseLong(parts.group(1));
        long left = until - clock.instant().getEpochSecond();
        return left >= -CLOCKS_DIFFER_SECONDS
                && left <= LIFETIME_SECONDS + CLOCKS_DIFFER_SECONDS
                && MessageDigest.isEqual(Base64.getUrlDecoder().decode(parts.group(2)), mac(key, signed(until, uri)));
    }

    private static String signed(long until, String uri) {
        return String.format(Locale.ROOT, "%d\n%s", until, uri);
    }

    private static Key key(byte[] bytes) {
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    private static byte[] mac(Key key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, missing);
        }
    }
}

package io.bulwark.schemas.preview;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which picture is to be explained, and by whose policy. The picture itself, as the preview gave it, is the body of the
 * question; the hash ties it to the token.
 *
 * @param tenant whose policy decides what is flagged
 * @param sha256 of the body, 64 lower-case hexadecimal digits
 */
public record ExplanationQuestion(String tenant, String sha256) {

    /** Where questions are posted to; below it lies the hash. */
    public static final String PATH = "/explain/";

    /** Bytes of a body at most; a JPEG of 1,024 pixels a side has a tenth of it. */
    public static final int MOST_BYTES = 8 << 20;

    /** Pixels of a side of a body's picture at most. */
    public static final int MOST_SIDE = 1024;

    private static final Pattern URI = Pattern.compile(PATH + "([0-9a-f]{64})\\?tenant=([A-Za-z0-9.*_+%-]{1,600})");

    /** @throws IllegalArgumentException if the tenant is blank, or the hash is none */
    public ExplanationQuestion {
        if (tenant.isBlank() || !PreviewQuestion.isSha256(sha256)) {
            throw new IllegalArgumentException("'" + tenant + "' is blank, or " + sha256 + " is no SHA-256");
        }
    }

    /** Path and query below the address of the explain server: {@code /explain/<sha256>?tenant=…}. */
    public String uri() {
        return String.format(
                Locale.ROOT, "%s%s?tenant=%s", PATH, sha256, URLEncoder.encode(tenant, StandardCharsets.UTF_8));
    }

    /** The question that {@link #uri} wrote; empty for any other text. */
    public static Optional<ExplanationQuestion> parse(String uri) {
        Matcher parts = URI.matcher(uri);
        try {
            return parts.matches()
                    ? Optional.of(new ExplanationQuestion(
                            URLDecoder.decode(parts.group(2), StandardCharsets.UTF_8), parts.group(1)))
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}

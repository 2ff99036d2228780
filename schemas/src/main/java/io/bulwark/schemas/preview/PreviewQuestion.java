package io.bulwark.schemas.preview;

import io.bulwark.schemas.topic.Topics;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which upload is to be shown.
 *
 * @param topic that of the uploads, or of the deferred ones, under some prefix: who answers checks that it is the own
 * @param partition of the upload's record
 * @param offset of the upload's record
 * @param sha256 of the file that was judged, 64 lower-case hexadecimal digits: any other file is not shown
 * @param strip whether all judged frames are wanted, side by side
 */
public record PreviewQuestion(String topic, int partition, long offset, String sha256, boolean strip) {

    /** Says in an answer how many frames were judged. */
    public static final String FRAMES_HEADER = "Bulwark-Frames";

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern URI = Pattern.compile(
            "/preview/([a-zA-Z0-9._-]{1,249})/([0-9]{1,9})/([0-9]{1,18})\\?sha256=([0-9a-f]{64})(&frames=strip)?");

    /** @throws IllegalArgumentException for a topic that holds no uploads, or numbers or a hash that are none */
    public PreviewQuestion {
        if (!isOfUploads(topic) || partition < 0 || offset < 0 || !isSha256(sha256)) {
            throw new IllegalArgumentException("No upload lies at " + topic + " " + partition + " " + offset
                    + ", or its SHA-256 is none: topics are those of uploads, at first or deferred");
        }
    }

    /** Whether a topic of that name holds uploads, at first or deferred, under whatever prefix. */
    public static boolean isOfUploads(String topic) {
        return Topics.IMAGES_UPLOADED.isNamed(topic) || Topics.IMAGES_DEFERRED.isNamed(topic);
    }

    /** Whether a text is a SHA-256 as it is asked for. */
    public static boolean isSha256(String text) {
        return text != null && SHA256.matcher(text).matches();
    }

    /** Path and query below the address of a preview: {@code /preview/<topic>/<partition>/<offset>?sha256=…}. */
    public String uri() {
        return String.format(
                Locale.ROOT,
                "/preview/%s/%d/%d?sha256=%s%s",
                topic,
                partition,
                offset,
                sha256,
                strip ? "&frames=strip" : "");
    }

    /** The question that {@link #uri} wrote; empty for any other text. */
    public static Optional<PreviewQuestion> parse(String uri) {
        Matcher parts = URI.matcher(uri);
        if (!parts.matches() || !isOfUploads(parts.group(1))) {
            return Optional.empty();
        }
        return Optional.of(new PreviewQuestion(
                parts.group(1),
                Integer.parseInt(parts.group(2)),
                Long.parseLong(parts.group(3)),
                parts.group(4),
                parts.group(5) != null));
    }

    /**
     * Which picture is to be explained, and by whose policy. The picture itself, as the preview gave it, is the body of
     * the question; the hash ties it to the token.
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
}

package io.bulwark.stream.state;

import io.bulwark.events.RecordCoordinates;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Keys of the stores: parts joined by a character that is in none of them. The tenant comes first, so that equal ids of
 * two tenants differ. In a part the separator is written {@code U+FFFD}: an id that holds it is hostile, and affects
 * its owner alone.
 */
public final class StoreKey {

    private static final char SEPARATOR = '\u0000';

    private StoreKey() {}

    /** Of an image, or of anything else that a tenant and an id name. */
    public static String image(String tenant, String id) {
        return join(tenant, id);
    }

    /** Of one upload of an image. */
    public static String upload(String tenant, String imageId, RecordCoordinates upload) {
        return join(tenant, imageId, upload.getPartition() + ":" + hex(upload.getOffset()));
    }

    /** Of one kind of audits of an image, or of a content of an image that an audit is about. */
    public static String ofImage(String tenant, String imageId, String detail) {
        return join(tenant, imageId, detail);
    }

    /** Of the embedding of a content of an image: the id first, since its tombstone names no tenant. */
    public static String seen(String imageId, String tenant, String contentSha256) {
        return join(imageId, tenant, contentSha256);
    }

    /** Of one audit of an uploader; later ones come first. */
    public static String uploaderAudit(
            String tenant, String uploaderId, Instant detectedAt, String imageId, String kind) {
        return join(tenant, uploaderId, hex(Long.MAX_VALUE - detectedAt.toEpochMilli()), imageId, kind);
    }

    /** The kind in the key of an uploader's audit. */
    public static String auditKind(String uploaderAudit) {
        return uploaderAudit.substring(uploaderAudit.lastIndexOf(SEPARATOR) + 1);
    }

    /** Of one window of an uploader; later ones come last. */
    public static String window(String tenant, String uploaderId, String window, Instant start) {
        return join(tenant, uploaderId, window, hex(start.toEpochMilli()));
    }

    /** The tenant of a key that begins with it. */
    public static String tenant(String key) {
        return key.substring(0, key.indexOf(SEPARATOR));
    }

    /** The parts of a key behind its tenant. */
    public static String id(String key) {
        return key.substring(key.indexOf(SEPARATOR) + 1);
    }

    /** The prefix of all keys that continue these parts. */
    public static String prefix(String... parts) {
        return join(parts) + SEPARATOR;
    }

    /** A text that sorts as the number does. */
    public static String hex(long notNegative) {
        return String.format("%016x", Math.max(0, notNegative));
    }

    private static String join(String... parts) {
        return Arrays.stream(parts).map(StoreKey::inKey).collect(Collectors.joining(String.valueOf(SEPARATOR)));
    }

    /** How an id stands in a key. */
    public static String inKey(String id) {
        return id.replace(SEPARATOR, '\uFFFD');
    }

    /** The SHA-256 of a text. */
    public static byte[] sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The SHA-256 of bytes. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}

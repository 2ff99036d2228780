package io.bulwark.stream.state;

import io.bulwark.events.RecordCoordinates;
import java.time.Instant;

/**
 * Keys of the stores: parts with a character between that stands in none of them. The tenant comes first, so that equal
 * ids of two tenants never meet. In a part the separator is written {@code U+FFFD}: an id that holds it is hostile, and
 * its owner's alone.
 */
public final class StoreKey {

    private static final char SEPARATOR = '\u0000';

    private StoreKey() {}

    /** Of an image. */
    public static String image(String tenant, String imageId) {
        return join(tenant, imageId);
    }

    /** Of one upload of an image. */
    public static String upload(String tenant, String imageId, RecordCoordinates upload) {
        return join(tenant, imageId, upload.getPartition() + ":" + hex(upload.getOffset()));
    }

    /** Of one kind of audits of an image. */
    public static String imageAudit(String tenant, String imageId, String kind) {
        return join(tenant, imageId, kind);
    }

    /** Of how a content of an image was seen: the id first, since what erases it names no tenant. */
    public static String seen(String imageId, String tenant, String contentSha256) {
        return join(imageId, tenant, contentSha256);
    }

    /** Of a content of an image that an audit is about. */
    public static String attempt(String tenant, String imageId, String content) {
        return join(tenant, imageId, content);
    }

    /** Of an uploader. */
    public static String uploader(String tenant, String uploaderId) {
        return join(tenant, uploaderId);
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

    /** The tenant and the id that a key of an image or uploader was made of. */
    public static Parts parts(String key) {
        int separator = key.indexOf(SEPARATOR);
        return new Parts(key.substring(0, separator), key.substring(separator + 1));
    }

    /** A tenant and an id of its. */
    public record Parts(String tenant, String id) {}

    /** What all keys begin with that continue these parts. */
    public static String prefix(String... parts) {
        return join(parts) + SEPARATOR;
    }

    /** A number whose text sorts as it does. */
    public static String hex(long notNegative) {
        return String.format("%016x", Math.max(0, notNegative));
    }

    private static String join(String... parts) {
        var key = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                key.append(SEPARATOR);
            }
            key.append(inKey(parts[i]));
        }
        return key.toString();
    }

    /** How an id stands in a key. */
    public static String inKey(String id) {
        return id.replace(SEPARATOR, '\uFFFD');
    }
}

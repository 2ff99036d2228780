package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;

/** Keys of the audit stores: parts with a character between that no id has. */
public final class AuditKeys {

    private static final char SEPARATOR = '\u0000';
    private static final char AFTER_SEPARATOR = '\u0001';

    private AuditKeys() {}

    /** In the store by image: all kinds of one image lie in the partition of the image's id. */
    public static String ofImage(String imageId, AttackKind kind) {
        return imageId + SEPARATOR + kind;
    }

    /** In the store by uploader: all audits of one uploader lie in the partition of the uploader's id. */
    static String ofUploader(String uploaderId, AttackAudit audit) {
        return uploaderId + SEPARATOR + audit.getImageId() + SEPARATOR + audit.getKind();
    }

    /** The least key that an uploader's audits may have. */
    public static String firstOfUploader(String uploaderId) {
        return uploaderId + SEPARATOR;
    }

    /** Greater than any key of the uploader's audits. */
    public static String afterLastOfUploader(String uploaderId) {
        return uploaderId + AFTER_SEPARATOR;
    }
}

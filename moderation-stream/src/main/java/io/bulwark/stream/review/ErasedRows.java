package io.bulwark.stream.review;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Handle;

/**
 * Which images and uploaders were erased, and when, in the caller's transaction. The topics are read partition by partition: what was
 * decided before an erasure may come after its order.
 */
public final class ErasedRows {

    /** Longer than a record lies on moderation.decisions behind its tombstone. */
    private static final String REMEMBERED = "30 days";

    private static final String IMAGES = "sha256(convert_to(:tenant || chr(10) || :id, 'UTF8'))";

    /** No image of the same tenant has it. */
    private static final String UPLOADERS =
            "sha256(convert_to('uploader' || chr(10) || :tenant || chr(10) || :id, 'UTF8'))";

    private ErasedRows() {}

    /** Remembers an erasure, without the image's id. */
    public static void add(Handle handle, String tenant, String imageId, Instant at) {
        add(handle, IMAGES, tenant, imageId, at);
    }

    /** Whether what is of that instant is from before the image's erasure. */
    public static boolean covers(Handle handle, String tenant, String imageId, Instant then) {
        return covers(handle, IMAGES, tenant, imageId, then);
    }

    /** Whether the image was erased in the last 30 days, whatever came since. */
    public static boolean isKnown(Handle handle, String tenant, String imageId) {
        return covers(handle, tenant, imageId, Instant.EPOCH);
    }

    /** Remembers the erasure of an uploader, without their id. */
    public static void addUploader(Handle handle, String tenant, String uploaderId, Instant at) {
        add(handle, UPLOADERS, tenant, uploaderId, at);
    }

    /** Whether what an uploader did at that instant is from before their erasure. */
    public static boolean coversUploader(Handle handle, String tenant, String uploaderId, Instant then) {
        return covers(handle, UPLOADERS, tenant, uploaderId, then);
    }

    private static void add(Handle handle, String digest, String tenant, String id, Instant at) {
        handle.execute("DELETE FROM erased_image WHERE at < clock_timestamp() - interval '" + REMEMBERED + "'");
        handle.createUpdate("INSERT INTO erased_image (tenant, digest, at) VALUES (:tenant, " + digest + ", :at)"
                        + " ON CONFLICT (tenant, digest) DO UPDATE SET at = greatest(erased_image.at, excluded.at)")
                .bind("tenant", tenant)
                .bind("id", id)
                .bind("at", OffsetDateTime.ofInstant(at, ZoneOffset.UTC))
                .execute();
    }

    private static boolean covers(Handle handle, String digest, String tenant, String id, Instant then) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM erased_image WHERE tenant = :tenant AND digest = "
                        + digest + " AND at >= :then)")
                .bind("tenant", tenant)
                .bind("id", id)
                .bind("then", OffsetDateTime.ofInstant(then, ZoneOffset.UTC))
                .mapTo(Boolean.class)
                .one();
    }
}

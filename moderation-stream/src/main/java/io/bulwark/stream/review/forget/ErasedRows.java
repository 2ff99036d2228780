package io.bulwark.stream.review.forget;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Handle;

/**
 * Which images were erased, and when, in the caller's transaction. The topics are read partition by partition: what was
 * decided before an erasure may come after its order.
 */
public final class ErasedRows {

    /** Longer than a record lies on moderation.decisions behind its tombstone. */
    private static final String REMEMBERED = "30 days";

    private static final String DIGEST = "sha256(convert_to(:tenant || chr(10) || :image, 'UTF8'))";

    private ErasedRows() {}

    /** Remembers an erasure, without the image's id. */
    public static void add(Handle handle, String tenant, String imageId, Instant at) {
        handle.execute("DELETE FROM erased_image WHERE at < clock_timestamp() - interval '" + REMEMBERED + "'");
        handle.createUpdate("INSERT INTO erased_image (tenant, digest, at) VALUES (:tenant, " + DIGEST + ", :at)"
                        + " ON CONFLICT (tenant, digest) DO UPDATE SET at = greatest(erased_image.at, excluded.at)")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .bind("at", OffsetDateTime.ofInstant(at, ZoneOffset.UTC))
                .execute();
    }

    /** Whether what is of that instant is from before the image's erasure. */
    public static boolean covers(Handle handle, String tenant, String imageId, Instant then) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM erased_image WHERE tenant = :tenant AND digest = "
                        + DIGEST + " AND at >= :then)")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .bind("then", OffsetDateTime.ofInstant(then, ZoneOffset.UTC))
                .mapTo(Boolean.class)
                .one();
    }

    /** Whether the image was erased in the last 30 days, whatever came since. */
    public static boolean isKnown(Handle handle, String tenant, String imageId) {
        return covers(handle, tenant, imageId, Instant.EPOCH);
    }

    /** Whether the image was decided after that instant: an order of then was carried out long ago, and is read anew. */
    public static boolean isDecidedAfter(Handle handle, String tenant, String imageId, Instant then) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM casebook WHERE tenant = :tenant AND image_id = :image"
                        + " AND decided_at > :then)")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .bind("then", OffsetDateTime.ofInstant(then, ZoneOffset.UTC))
                .mapTo(Boolean.class)
                .one();
    }
}

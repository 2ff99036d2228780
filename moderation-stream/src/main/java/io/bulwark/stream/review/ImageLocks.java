package io.bulwark.stream.review;

import java.util.Collection;
import org.jdbi.v3.core.Handle;

/**
 * One lock an image. A decision, an audit and a report of one image come from different topics, so two instances take them
 * at once; each looks for what the other writes, and at READ COMMITTED neither sees it. Who reads and writes rows of an image
 * on account of such a record takes its lock before reading.
 *
 * <p>The lock is on the image id without the tenant, because the keys of audits and reports do not name one: two tenants
 * with the same id wait for each other for milliseconds. Locks are taken in the order of their numbers, so transactions that
 * take theirs in one call do not block one another for ever. A transaction takes them once.
 */
public final class ImageLocks {

    private ImageLocks() {}

    /**
     * Waits for the images' locks and holds them until the transaction ends. A statement after this one sees what their
     * holders before have committed.
     *
     * @param imageIds any number; they take an entry each of the server's lock table, which has some thousands
     */
    public static void take(Handle handle, Collection<String> imageIds) {
        if (imageIds.isEmpty()) {
            return;
        }
        handle.createUpdate("SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(image, 1) AS key"
                        + " FROM unnest(:images) AS image ORDER BY key) AS ordered")
                .bindArray("images", String.class, imageIds)
                .execute();
    }
}

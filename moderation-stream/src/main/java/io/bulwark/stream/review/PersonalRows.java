package io.bulwark.stream.review;

import io.bulwark.events.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The rows of an image or uploader, in the caller's transaction. */
public final class PersonalRows {

    private PersonalRows() {}

    /** How many there are, by table; 0 where a table has none. */
    public static Map<String, Long> count(Handle handle, String tenant, Subject subject, String id) {
        return byTable(handle.createQuery("SELECT * FROM count_rows(:tenant, :what, :id)"), tenant, subject, id);
    }

    /**
     * Erases them: of an uploader the rows that name the uploader, and not all of their images'. How many went, by
     * table.
     */
    public static Map<String, Long> erase(Handle handle, String tenant, Subject subject, String id) {
        return byTable(handle.createQuery("SELECT * FROM erase_rows(:tenant, :what, :id)"), tenant, subject, id);
    }

    /** As {@link #erase}, of an uploader who came again since that instant: what is of later stays. */
    public static Map<String, Long> eraseUploaderBefore(
            Handle handle, String tenant, String uploaderId, Instant until) {
        return byTable(
                handle.createQuery("SELECT * FROM erase_rows(:tenant, :what, :id, :until)")
                        .bind("until", until),
                tenant,
                Subject.UPLOADER,
                uploaderId);
    }

    /**
     * As {@link #erase}, of an image that was uploaded again since that instant.
     *
     * @param inForce the SHA-256 of what was uploaded since, empty where nothing could be fetched: what is of other
     *     content goes, whenever it came
     */
    public static Map<String, Long> eraseImageBefore(
            Handle handle, String tenant, String imageId, Instant until, String inForce) {
        return byTable(
                handle.createQuery("SELECT * FROM erase_rows(:tenant, :what, :id, :until, :inForce)")
                        .bind("until", until)
                        .bind("inForce", inForce),
                tenant,
                Subject.IMAGE,
                imageId);
    }

    /** The images of an uploader, as far as rows name both. */
    public static Set<String> imagesOf(Handle handle, String tenant, String uploaderId) {
        return values(handle, "image_id", tenant, Subject.UPLOADER, uploaderId);
    }

    /** Who uploaded an image. */
    public static Set<String> uploadersOf(Handle handle, String tenant, String imageId) {
        return values(handle, "uploader_id", tenant, Subject.IMAGE, imageId);
    }

    private static Map<String, Long> byTable(Query query, String tenant, Subject subject, String id) {
        var rows = new LinkedHashMap<String, Long>();
        of(query, tenant, subject, id)
                .map((row, context) -> Map.entry(row.getString("table_name"), row.getLong("row_count")))
                .forEach(entry -> rows.put(entry.getKey(), entry.getValue()));
        return rows;
    }

    private static Set<String> values(Handle handle, String column, String tenant, Subject subject, String id) {
        return of(
                        handle.createQuery("SELECT DISTINCT * FROM personal_values(:tenant, :column, :what, :id)")
                                .bind("column", column),
                        tenant,
                        subject,
                        id)
                .mapTo(String.class)
                .set();
    }

    private static Query of(Query query, String tenant, Subject subject, String id) {
        return query.bind("tenant", tenant)
                .bind("what", subject == Subject.IMAGE ? "image" : "uploader")
                .bind("id", id);
    }

    /**
     * Which images and uploaders were erased, and when, in the caller's transaction. The topics are read partition by
     * partition: what was decided before an erasure may come after its order.
     */
    public static final class ErasedRows {

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
                    .bind("at", at)
                    .execute();
        }

        private static boolean covers(Handle handle, String digest, String tenant, String id, Instant then) {
            return handle.createQuery("SELECT EXISTS (SELECT FROM erased_image WHERE tenant = :tenant AND digest = "
                            + digest + " AND at >= :then)")
                    .bind("tenant", tenant)
                    .bind("id", id)
                    .bind("then", then)
                    .mapTo(Boolean.class)
                    .one();
        }
    }
}

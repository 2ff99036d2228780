package io.bulwark.stream.review;

import io.bulwark.events.Subject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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

    /** Erases them: of an uploader those that name the uploader, and not all of their images'. How many went, by table. */
    public static Map<String, Long> erase(Handle handle, String tenant, Subject subject, String id) {
        return byTable(handle.createQuery("SELECT * FROM erase_rows(:tenant, :what, :id)"), tenant, subject, id);
    }

    /** As {@link #erase}, of an uploader who came again since that instant: what is of later stays. */
    public static Map<String, Long> eraseUploaderBefore(
            Handle handle, String tenant, String uploaderId, Instant until) {
        return byTable(
                handle.createQuery("SELECT * FROM erase_rows(:tenant, :what, :id, :until)")
                        .bind("until", OffsetDateTime.ofInstant(until, ZoneOffset.UTC)),
                tenant,
                Subject.UPLOADER,
                uploaderId);
    }

    /**
     * As {@link #erase}, of an image that was uploaded again since that instant.
     *
     * @param inForce the SHA-256 of what was uploaded since, empty where nothing could be fetched: what is of other content
     *     goes, whenever it came
     */
    public static Map<String, Long> eraseImageBefore(
            Handle handle, String tenant, String imageId, Instant until, String inForce) {
        return byTable(
                handle.createQuery("SELECT * FROM erase_rows(:tenant, :what, :id, :until, :inForce)")
                        .bind("until", OffsetDateTime.ofInstant(until, ZoneOffset.UTC))
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
}

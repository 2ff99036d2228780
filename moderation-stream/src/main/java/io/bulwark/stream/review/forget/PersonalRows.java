package io.bulwark.stream.review.forget;

import io.bulwark.events.Subject;
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
        return byTable(handle, "count_rows", tenant, subject, id);
    }

    /** Erases them: of an uploader those that name the uploader, and not all of their images'. How many went, by table. */
    public static Map<String, Long> erase(Handle handle, String tenant, Subject subject, String id) {
        return byTable(handle, "erase_rows", tenant, subject, id);
    }

    /** The images of an uploader, as far as rows name both. */
    public static Set<String> imagesOf(Handle handle, String tenant, String uploaderId) {
        return values(handle, "image_id", tenant, Subject.UPLOADER, uploaderId);
    }

    /** Who uploaded an image. */
    public static Set<String> uploadersOf(Handle handle, String tenant, String imageId) {
        return values(handle, "uploader_id", tenant, Subject.IMAGE, imageId);
    }

    private static Map<String, Long> byTable(
            Handle handle, String function, String tenant, Subject subject, String id) {
        var rows = new LinkedHashMap<String, Long>();
        of(handle.createQuery("SELECT * FROM " + function + "(:tenant, :what, :id)"), tenant, subject, id)
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

package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.database.Database;
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** What the database knows of who can see an image's picture, and who looked. Thread-safe. */
@Singleton
public final class PictureViewers {

    private static final int MOST_LOOKS = 1_000;

    private final Database database;

    public PictureViewers(Database database) {
        this.database = database;
    }

    /**
     * An item that shows the picture.
     *
     * @param open whether people may still claim it
     * @param seniorsOnly whether it waits for a senior
     * @param queue that holds it
     * @param queueRoles who claims from that queue; empty for every reviewer
     * @param goldenFor the one reviewer whom a golden copy is for
     * @param heldBy who has claimed it now
     * @param kept whether its picture is kept, encrypted, in the database
     * @param skippedBy reviewers who do not get it any more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ItemViewersDocument")
    public record Item(
            @Schema(implementation = String.class) UUID itemId,
            String contentSha256,
            boolean open,
            boolean seniorsOnly,
            String queue,
            List<String> queueRoles,
            @Nullable String goldenFor,
            @Nullable String heldBy,
            @Nullable @Schema(implementation = String.class) Instant heldUntil,
            boolean kept,
            List<String> skippedBy) {}

    /**
     * A row of the audit log: a person was given the picture or was shown it.
     *
     * @param action {@code picture.fetched}, {@code picture.explained}, {@code review.fetched} or {@code review.seen}
     */
    @Schema(name = "PictureLook")
    public record Look(
            String by,
            String action,
            @Schema(implementation = String.class) Instant at) {}

    /**
     * What is known of an image.
     *
     * @param isKnown whether there is a case or an item of it
     * @param looks newest first, at most {@value PictureViewers#MOST_LOOKS}
     */
    public record Known(boolean isKnown, List<Item> items, List<Look> looks) {}

    /** @param since how far back the audit log is searched; it has no index of pictures */
    public Known of(String tenant, String imageId, Instant since) {
        return database.list(tenant, handle -> {
            List<Item> items = items(handle, tenant, imageId);
            boolean isKnown =
                    !items.isEmpty() || Casebook.find(handle, tenant, imageId).isPresent();
            return new Known(isKnown, items, isKnown ? looks(handle, tenant, imageId, since) : List.of());
        });
    }

    private static List<Item> items(Handle handle, String tenant, String imageId) {
        return handle.createQuery("""
                SELECT item.item_id, item.content_sha256, item.stage <> 'CLOSED' AS open,
                item.stage = 'SENIOR' AS seniors_only, item.queue, coalesce(rule.roles, '{}') AS queue_roles,
                nullif(item.golden_for, '') AS golden_for,
                CASE WHEN item.lease_until > clock_timestamp() THEN item.lease_holder END AS held_by,
                CASE WHEN item.lease_until > clock_timestamp() THEN item.lease_until END AS held_until,
                EXISTS (SELECT FROM evidence WHERE evidence.tenant = item.tenant AND evidence.item_id = item.item_id) AS kept,
                ARRAY(SELECT reviewer FROM skip WHERE skip.tenant = item.tenant AND skip.item_id = item.item_id
                ORDER BY reviewer) AS skipped_by
                FROM queue_item item LEFT JOIN review_queue rule ON rule.tenant = item.tenant AND rule.name = item.queue
                WHERE item.tenant = :tenant AND item.image_id = :image ORDER BY item.arrived_at, item.item_id""")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .map(ConstructorMapper.of(Item.class))
                .list();
    }

    /** Pictures of an item are noted by the item, those of the image's page by the upload. */
    private static List<Look> looks(Handle handle, String tenant, String imageId, Instant since) {
        return handle.createQuery("""
                SELECT actor AS by, action, at FROM audit_log WHERE tenant = :tenant AND at >= :since
                AND action IN ('picture.fetched', 'picture.explained', 'review.fetched', 'review.seen')
                AND subject IN (SELECT 'item/' || item_id FROM queue_item WHERE tenant = :tenant AND image_id = :image
                UNION SELECT 'upload/' || upload_topic || '/' || upload_partition || '/' || upload_offset
                FROM queue_item WHERE tenant = :tenant AND image_id = :image AND upload_topic IS NOT NULL
                UNION SELECT 'upload/' || upload_topic || '/' || upload_partition || '/' || upload_offset
                FROM casebook WHERE tenant = :tenant AND image_id = :image AND upload_topic IS NOT NULL)
                ORDER BY at DESC, position DESC LIMIT :most""")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .bind("since", since)
                .bind("most", MOST_LOOKS)
                .map(ConstructorMapper.of(Look.class))
                .list();
    }
}

package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The latest decision of every image, in the caller's transaction. Thread-safe. */
public final class Casebook {

    /** Audited contents of one image that a mark distinguishes; with more of them it counts for every content. */
    private static final int MOST_CONTENTS = 16;

    private Casebook() {}

    /**
     * A case.
     *
     * @param image the image and its decision; its hash is empty where nothing could be fetched
     * @param decidedBy worker or person
     * @param byPerson whether it was a person
     * @param decidedAt when
     * @param audited whether an attack was suspected
     */
    public record Case(ReviewCandidate image, String decidedBy, boolean byPerson, Instant decidedAt, boolean audited) {}

    /** Enters a decision over what was there for the image. */
    public static void enter(Handle handle, Case entry) {
        handle.createUpdate("""
                INSERT INTO casebook (tenant, image_id, content_sha256, uploader_id, upload_topic,
                upload_partition, upload_offset, decision, reason, labels, score, decided_by, by_person,
                decided_at, audited) VALUES (:image.tenant, :image.imageId, nullif(:image.contentSha256, ''),
                :image.uploaderId, :image.upload?.topic, :image.upload?.partition, :image.upload?.offset,
                :image.decision, :image.reason, :image.labels, :image.score, :decidedBy, :byPerson, :decidedAt,
                :audited)
                ON CONFLICT (tenant, image_id) DO UPDATE SET content_sha256 = excluded.content_sha256,
                uploader_id = excluded.uploader_id, upload_topic = excluded.upload_topic,
                upload_partition = excluded.upload_partition, upload_offset = excluded.upload_offset,
                decision = excluded.decision, reason = excluded.reason, labels = excluded.labels,
                score = excluded.score, decided_by = excluded.decided_by, by_person = excluded.by_person,
                decided_at = excluded.decided_at, policy_version = NULL, words_version = NULL,
                audited = excluded.audited OR casebook.audited
                AND casebook.content_sha256 IS NOT DISTINCT FROM excluded.content_sha256""").bindMethods(entry).execute();
    }

    /** Notes by which policy and words a person made the decision that was entered. */
    public static void nameVersions(Handle handle, String tenant, String imageId, UUID itemId, UUID decisionId) {
        handle.createUpdate("""
                UPDATE casebook SET policy_version = made.policy_version, words_version = made.words_version
                FROM decision made WHERE casebook.tenant = :tenant AND casebook.image_id = :image
                AND made.tenant = :tenant AND made.item_id = :item AND made.decision_id = :decision""")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .bind("item", itemId)
                .bind("decision", decisionId)
                .execute();
    }

    /** The image's case; empty where it has none, or is forgotten. */
    public static Optional<Case> find(Handle handle, String tenant, String imageId) {
        return handle.select("SELECT * FROM casebook WHERE tenant = ? AND image_id = ?", tenant, imageId)
                .map((row, context) -> new Case(
                        ReviewCandidate.of(row),
                        row.getString("decided_by"),
                        row.getBoolean("by_person"),
                        Database.instant(row, "decided_at"),
                        row.getBoolean("audited")))
                .findOne();
    }

    /** Forgets an image. */
    public static void forget(Handle handle, String tenant, String imageId) {
        handle.execute("DELETE FROM casebook WHERE tenant = ? AND image_id = ?", tenant, imageId);
    }

    /**
     * Notes that an attack on an image is suspected, whether or not its decision is there yet.
     *
     * @param contentSha256 of the content that was audited; empty where that is not known, and then it counts for every
     *     one
     */
    public static void markAudited(
            Handle handle, String tenant, String imageId, Optional<String> contentSha256, String kind) {
        handle.createUpdate("""
                INSERT INTO audit_mark (tenant, image_id, kinds, contents)
                VALUES (:tenant, :image, ARRAY[:kind], :contents)
                ON CONFLICT (tenant, image_id) DO UPDATE SET kinds =
                CASE WHEN :kind = ANY (audit_mark.kinds) THEN audit_mark.kinds
                ELSE audit_mark.kinds || ARRAY[:kind] END, contents =
                CASE WHEN audit_mark.contents = '{}' OR excluded.contents = '{}' THEN '{}'
                WHEN excluded.contents <@ audit_mark.contents THEN audit_mark.contents
                WHEN cardinality(audit_mark.contents) >=
                """ + MOST_CONTENTS + " THEN '{}'"
                        + " ELSE audit_mark.contents || excluded.contents END,"
                        + " at = clock_timestamp()")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .bind("kind", kind)
                .bindArray("contents", String.class, contentSha256.stream().toList())
                .execute();
        handle.createUpdate("""
                UPDATE casebook SET audited = true WHERE tenant = :tenant AND image_id = :image
                AND (CAST(:sha256 AS text) IS NULL OR content_sha256 = :sha256)""")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .bind("sha256", contentSha256.orElse(null))
                .execute();
    }

    /** Whether an attack with this content of an image is suspected. */
    public static boolean isAudited(Handle handle, String tenant, String imageId, String contentSha256) {
        return handle.select("""
                SELECT EXISTS (SELECT FROM audit_mark WHERE tenant = ? AND image_id = ?
                AND (contents = '{}' OR ? = ANY (contents)))""", tenant, imageId, contentSha256)
                .mapTo(Boolean.class)
                .one();
    }
}

package io.bulwark.stream.childsafety;

import io.bulwark.events.Decision;
import io.bulwark.events.ListMatch;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.stream.review.BankProposals;
import io.bulwark.stream.state.Restriction.Content;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Opens the cases that one restricted verdict brings, in the caller's transaction and on its thread. */
final class CaseOpening {

    private final Handle handle;
    private final RestrictedCases.Settings settings;
    private final Verdict verdict;
    private final String sha256; // empty where nothing could be fetched

    CaseOpening(Handle handle, RestrictedCases.Settings settings, Verdict verdict) {
        this.handle = handle;
        this.settings = settings;
        this.verdict = verdict;
        this.sha256 = verdict.getContentSha256() == null ? "" : verdict.getContentSha256();
    }

    /** See {@link RestrictedCases#open}. */
    void open() {
        RestrictedCases.enter(handle);
        Optional<UUID> its = insert();
        if (its.isEmpty()) {
            uploadedAgain();
        }
        List<UUID> earlier = sha256.isEmpty() ? List.of() : insertEarlier();
        if (!sha256.isEmpty()) {
            // Before the audit log, as people's work locks them.
            forget(handle, new Content(verdict.getTenant(), sha256));
        }
        its.ifPresent(this::opened);
        earlier.forEach(caseId -> {
            opened(caseId);
            RestrictedCases.orderDecision(handle, verdict.getTenant(), caseId, Decision.NSFW);
        });
        RestrictedCases.leave(handle);
    }

    /** Takes a content out of people's work and out of the bank. */
    static void forget(Handle handle, Content content) {
        BankProposals.deleteReferences(handle, content.tenant(), content.sha256());
        handle.select("SELECT forget_content(?, ?)", content.tenant(), content.sha256())
                .mapTo(Long.class)
                .one();
    }

    /** A verdict that names no list has the match of the standing case of its file. */
    private Optional<UUID> insert() {
        ListMatch match = verdict.getListed();
        RecordCoordinates upload = verdict.getUpload();
        return handle.createQuery("""
                        WITH known AS (SELECT label, list, entry, hash_kind, severity, verified, adult FROM restricted_case
                        WHERE tenant = :tenant AND content_sha256 = :sha256 AND :sha256 <> '' AND :list::text IS NULL
                        AND state <> 'LIFTED' ORDER BY list IS NULL, NOT verified, hash_kind = 'PDQ', opened_at LIMIT 1)
                        INSERT INTO restricted_case (tenant, image_id, uploader_id, content_sha256, label, list, entry,
                        hash_kind, severity, verified, adult, upload_topic, upload_partition, upload_offset,
                        uploaded_at, file)
                        SELECT :tenant, :image, :uploader, :sha256, coalesce(known.label, :label),
                        coalesce(known.list, :list), coalesce(known.entry, :entry), coalesce(known.hash_kind, :kind),
                        coalesce(known.severity, :severity), coalesce(known.verified, :verified),
                        coalesce(known.adult, :adult), :topic,
                        CAST(:partition AS int), CAST(:offset AS bigint), :uploadedAt,
                        CASE WHEN :topic::text IS NULL THEN 'GONE' ELSE 'WANTED' END
                        FROM (SELECT 1) AS one LEFT JOIN known ON true
                        WHERE NOT EXISTS (SELECT FROM restricted_case lifted WHERE lifted.tenant = :tenant
                        AND lifted.image_id = :image AND lifted.content_sha256 = :sha256 AND lifted.state = 'LIFTED'
                        AND lifted.upload_topic = :topic AND lifted.upload_partition = CAST(:partition AS int)
                        AND lifted.upload_offset = CAST(:offset AS bigint))
                        ON CONFLICT (tenant, image_id, content_sha256) WHERE state NOT IN ('LIFTED', 'ENDING')
                        DO NOTHING RETURNING case_id""")
                .bind("tenant", verdict.getTenant())
                .bind("image", verdict.getImageId())
                .bind("uploader", verdict.getUploaderId())
                .bind("sha256", sha256)
                .bind("label", label())
                .bind("list", match == null ? null : storable(match.getList()))
                .bind("entry", match == null ? null : storable(match.getEntry()))
                .bind("kind", match == null ? null : match.getHash().name())
                .bind("severity", match == null ? null : storable(match.getSeverity()))
                .bind("verified", match != null && match.getVerified())
                .bind("adult", match != null && match.getAdult())
                .bind("topic", upload == null ? null : upload.getTopic())
                .bind("partition", upload == null ? null : (Integer) upload.getPartition())
                .bind("offset", upload == null ? null : (Long) upload.getOffset())
                .bind("uploadedAt", uploadedAt())
                .mapTo(UUID.class)
                .findOne();
    }

    /** The latest upload of the same file is the one that a decision of staff is about. */
    private void uploadedAgain() {
        RecordCoordinates upload = verdict.getUpload();
        if (upload == null) {
            return;
        }
        handle.createUpdate("""
                        UPDATE restricted_case SET upload_topic = :topic, upload_partition = :partition,
                        upload_offset = :offset WHERE tenant = :tenant AND image_id = :image AND content_sha256 = :sha256
                        AND state NOT IN ('LIFTED', 'ENDING') AND CASE WHEN upload_topic = :topic
                        AND upload_partition = :partition THEN upload_offset < :offset
                        ELSE upload_topic IS NULL OR uploaded_at < :uploadedAt END""")
                .bind("tenant", verdict.getTenant())
                .bind("image", verdict.getImageId())
                .bind("sha256", sha256)
                .bind("topic", upload.getTopic())
                .bind("partition", upload.getPartition())
                .bind("offset", upload.getOffset())
                .bind("uploadedAt", uploadedAt())
                .execute();
    }

    private Instant uploadedAt() {
        return verdict.getUploadedAt() == null ? verdict.getDecidedAt() : verdict.getUploadedAt();
    }

    /**
     * Images of the tenant that were judged before their content was restricted. When such an image was uploaded is not
     * kept; its decision may be a person's from much later than its item came into the queue.
     */
    private List<UUID> insertEarlier() {
        return handle.createQuery("""
                        INSERT INTO restricted_case (tenant, image_id, uploader_id, content_sha256, label, list, entry,
                        hash_kind, severity, verified, adult, upload_topic, upload_partition, upload_offset,
                        uploaded_at, file)
                        SELECT earlier.tenant, earlier.image_id, earlier.uploader_id, earlier.content_sha256, listed.label,
                        listed.list, listed.entry, listed.hash_kind, listed.severity, listed.verified, listed.adult,
                        earlier.upload_topic, earlier.upload_partition, earlier.upload_offset,
                        least(earlier.decided_at, (SELECT min(item.arrived_at) FROM queue_item item
                        WHERE item.tenant = earlier.tenant AND item.image_id = earlier.image_id
                        AND item.content_sha256 = earlier.content_sha256)),
                        CASE WHEN earlier.upload_topic IS NULL THEN 'GONE' ELSE 'WANTED' END
                        FROM casebook earlier JOIN restricted_case listed ON listed.tenant = earlier.tenant
                        AND listed.image_id = :image AND listed.content_sha256 = :sha256
                        AND listed.state NOT IN ('LIFTED', 'ENDING')
                        WHERE earlier.tenant = :tenant AND earlier.content_sha256 = :sha256 AND earlier.image_id <> :image
                        ON CONFLICT (tenant, image_id, content_sha256) WHERE state NOT IN ('LIFTED', 'ENDING')
                        DO NOTHING RETURNING case_id""")
                .bind("tenant", verdict.getTenant())
                .bind("image", verdict.getImageId())
                .bind("sha256", sha256)
                .mapTo(UUID.class)
                .list();
    }

    private void opened(UUID caseId) {
        String tenant = verdict.getTenant();
        RestrictedCases.log(handle, tenant, RestrictedCases.PROGRAM, "opened", caseId, Map.of());
        boolean automatic = handle.select(
                        "SELECT label, verified, adult, hash_kind FROM restricted_case WHERE tenant = ? AND case_id = ?",
                        tenant,
                        caseId)
                .map((row, context) -> settings.reported().contains(row.getString("label"))
                        && settings.automatic()
                                .covers(
                                        row.getBoolean("verified"),
                                        row.getBoolean("adult"),
                                        row.getString("hash_kind")))
                .one();
        if (automatic) {
            handle.execute("""
                    UPDATE restricted_case SET state = 'SECOND', decision = 'AUTOMATIC', decided_at = clock_timestamp()
                    WHERE tenant = ? AND case_id = ?""", tenant, caseId);
            RestrictedCases.orderReport(handle, tenant, caseId, RestrictedCases.PROGRAM, false);
        }
    }

    private String label() {
        return verdict.getDecidingLabel() == null ? "" : storable(verdict.getDecidingLabel());
    }

    /** PostgreSQL has no U+0000; a case is not lost for it. */
    private static String storable(String text) {
        return text == null ? null : text.replace('\0', '\uFFFD');
    }
}

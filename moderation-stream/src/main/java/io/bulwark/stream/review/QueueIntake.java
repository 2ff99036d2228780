package io.bulwark.stream.review;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Puts items into the queue and takes out what needs nobody any more. Every method works in the caller's transaction, and
 * twice the same is once. Thread-safe.
 */
public final class QueueIntake {

    /** So many new reports bring back what a person called SAFE. */
    static final int REPORTS_TO_REOPEN = 3;

    /** So many appeals of one person a day go to the seniors; further ones to another reviewer. */
    static final int APPEALS_A_DAY = 5;

    private final ReviewRules rules;

    public QueueIntake(ReviewRules rules) {
        this.rules = rules;
    }

    /** The id of an item follows from its content, so that instances agree on it. */
    public static UUID itemId(ReviewCandidate candidate) {
        String name = candidate.tenant() + "\n" + candidate.imageId() + "\n" + candidate.contentSha256();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Puts an item into the queue, or adds a reason to the one that is there. What a person decided stays decided: a
     * machine's doubt about the same content changes nothing.
     *
     * @return the item
     */
    public UUID offer(Handle handle, ReviewCandidate candidate, Origin origin) {
        UUID itemId = itemId(candidate);
        int strikes = strikes(handle, candidate);
        Optional<ItemRow> present = find(handle, candidate.tenant(), itemId);
        if (present.isEmpty()) {
            insert(handle, itemId, candidate, origin, strikes);
            supersede(handle, itemId, candidate);
        } else if (present.get().stage() != Stage.CLOSED) {
            Set<Origin> origins = EnumSet.of(origin);
            origins.addAll(present.get().origins());
            update(
                    handle,
                    present.get(),
                    candidate,
                    origins,
                    strikes,
                    present.get().stage(),
                    Optional.empty());
        } else if (present.get().decisionId().isEmpty()) {
            update(handle, present.get(), candidate, EnumSet.of(origin), strikes, Stage.FIRST, Optional.empty());
        }
        return itemId;
    }

    /**
     * Somebody reports an image or objects to its decision. Each person counts once. An appeal against a person's decision
     * goes to another person, a senior for the first {@value #APPEALS_A_DAY} of somebody a day and where a senior decided;
     * what a senior decided on an appeal is final. Reports against a person's SAFE reopen it once {@value #REPORTS_TO_REOPEN} came.
     *
     * @param candidate the image with its decision in force
     * @param kind APPEAL or REPORT
     * @return the item
     */
    public UUID reported(Handle handle, ReviewCandidate candidate, Origin kind, String reporter, String words) {
        UUID itemId = itemId(candidate);
        Optional<ItemRow> before = find(handle, candidate.tenant(), itemId);
        if (before.isEmpty()) {
            insert(handle, itemId, candidate, kind, strikes(handle, candidate));
        }
        int added = handle.createUpdate("INSERT INTO report (tenant, item_id, reporter, kind, words)"
                        + " VALUES (:tenant, :item, :reporter, :kind, :words) ON CONFLICT DO NOTHING")
                .bind("tenant", candidate.tenant())
                .bind("item", itemId)
                .bind("reporter", reporter)
                .bind("kind", kind.name())
                .bind("words", words)
                .execute();
        if (added > 0) {
            ItemRow item = ItemRow.lock(handle, candidate.tenant(), itemId);
            Set<Origin> origins = EnumSet.of(kind);
            if (item.stage() != Stage.CLOSED) {
                origins.addAll(item.origins());
                update(handle, item, candidate, origins, item.strikes(), item.stage(), Optional.empty());
            } else if (reopens(handle, item, candidate, kind)) {
                boolean senior = item.decisionId().isPresent()
                        && kind == Origin.APPEAL
                        && (isBySenior(handle, item)
                                || appealsToday(handle, candidate.tenant(), reporter) <= APPEALS_A_DAY);
                Stage stage = senior ? Stage.SENIOR : Stage.FIRST;
                update(handle, item, candidate, origins, item.strikes(), stage, lastReviewer(handle, item));
            }
        }
        return itemId;
    }

    /**
     * A machine has decided this content without a doubt: what waits for that doubt alone is withdrawn, unless somebody is
     * looking at it.
     */
    public void settled(Handle handle, ReviewCandidate candidate) {
        close(
                handle,
                candidate,
                "origins = '{REVIEW}' AND decision_id IS NULL"
                        + " AND (lease_until IS NULL OR lease_until <= clock_timestamp())");
        supersede(handle, itemId(candidate), candidate);
    }

    /** A person decided this content elsewhere: nobody has to any more. */
    public void decidedElsewhere(Handle handle, ReviewCandidate candidate) {
        close(handle, candidate, "decision_id IS NULL");
    }

    /** The image is forgotten: nothing of it waits any more. */
    public void forgotten(Handle handle, String tenant, String imageId) {
        handle.createUpdate("UPDATE queue_item SET stage = 'CLOSED', lease_id = NULL, lease_holder = NULL,"
                        + " lease_since = NULL, lease_until = NULL, closed_at = clock_timestamp()"
                        + " WHERE tenant = :tenant AND image_id = :image AND stage <> 'CLOSED' AND golden_for = ''")
                .bind("tenant", tenant)
                .bind("image", imageId)
                .execute();
    }

    /**
     * What is older than a time is about to be erased, and the image came again since. What stays of its content is the
     * present uploader's; what somebody asked for since stays open, without the decision that goes.
     */
    public void cameAgain(Handle handle, ReviewCandidate present, Instant since) {
        handle.createUpdate("UPDATE queue_item SET uploader_id = :uploader WHERE tenant = :tenant AND image_id = :image"
                        + " AND content_sha256 = :sha256 AND uploader_id <> :uploader")
                .bind("uploader", present.uploaderId())
                .bind("tenant", present.tenant())
                .bind("image", present.imageId())
                .bind("sha256", present.contentSha256())
                .execute();
        handle.createUpdate("UPDATE queue_item item SET stage = 'FIRST', decision_id = NULL, first_reviewer = NULL,"
                        + " lease_id = NULL, lease_holder = NULL, lease_since = NULL, lease_until = NULL"
                        + " WHERE tenant = :tenant AND item_id = :item AND stage <> 'CLOSED'"
                        + " AND (arrived_at > :since OR EXISTS (SELECT FROM report asked WHERE asked.tenant = :tenant"
                        + " AND asked.item_id = item.item_id AND asked.at > :since))"
                        + " AND EXISTS (SELECT FROM decision made WHERE made.tenant = :tenant"
                        + " AND made.item_id = item.item_id AND made.decision_id = item.decision_id"
                        + " AND made.decided_at <= :since)")
                .bind("tenant", present.tenant())
                .bind("item", itemId(present))
                .bind("since", at(since))
                .execute();
    }

    private boolean reopens(Handle handle, ItemRow item, ReviewCandidate candidate, Origin kind) {
        if (kind == Origin.APPEAL) {
            return !isFinal(handle, item);
        }
        if (item.decisionId().isEmpty()) {
            return !candidate.decision().equals("NSFW");
        }
        long since = handle.createQuery("SELECT count(*) FROM report WHERE tenant = :tenant AND item_id = :item"
                        + " AND kind = 'REPORT' AND at > :closed")
                .bind("tenant", candidate.tenant())
                .bind("item", item.itemId())
                .bind("closed", at(item.closedAt().orElse(Instant.EPOCH)))
                .mapTo(Long.class)
                .one();
        return candidate.decision().equals("SAFE") && since >= REPORTS_TO_REOPEN;
    }

    /** Whether a senior has decided on an appeal. */
    private static boolean isFinal(Handle handle, ItemRow item) {
        return item.origins().contains(Origin.APPEAL) && isBySenior(handle, item);
    }

    private static boolean isBySenior(Handle handle, ItemRow item) {
        return handle.createQuery("SELECT EXISTS (SELECT FROM decision WHERE tenant = :tenant AND item_id = :item"
                        + " AND decision_id = CAST(:decision AS uuid) AND stage = 'SENIOR')")
                .bind("tenant", item.candidate().tenant())
                .bind("item", item.itemId())
                .bind("decision", item.decisionId().orElse(null))
                .mapTo(Boolean.class)
                .one();
    }

    private static long appealsToday(Handle handle, String tenant, String reporter) {
        return handle.createQuery("SELECT count(*) FROM report WHERE tenant = :tenant AND reporter = :reporter"
                        + " AND kind = 'APPEAL' AND at > clock_timestamp() - interval '1 day'")
                .bind("tenant", tenant)
                .bind("reporter", reporter)
                .mapTo(Long.class)
                .one();
    }

    private static Optional<String> lastReviewer(Handle handle, ItemRow item) {
        return handle.createQuery("SELECT reviewer FROM decision WHERE tenant = :tenant AND item_id = :item"
                        + " ORDER BY decided_at DESC LIMIT 1")
                .bind("tenant", item.candidate().tenant())
                .bind("item", item.itemId())
                .mapTo(String.class)
                .findOne();
    }

    private void insert(Handle handle, UUID itemId, ReviewCandidate candidate, Origin origin, int strikes) {
        Instant now = handle.createQuery("SELECT clock_timestamp()")
                .mapTo(OffsetDateTime.class)
                .one()
                .toInstant();
        bind(
                        handle.createUpdate("INSERT INTO queue_item (tenant, item_id, image_id, content_sha256,"
                                + " uploader_id, upload_topic, upload_partition, upload_offset, machine_decision,"
                                + " machine_reason, labels, score, origins, strikes, arrived_at, rank, stage)"
                                + " VALUES (:tenant, :item, :image, :sha256, :uploader, :topic, :partition, :offset,"
                                + " :decision, :reason, :labels, :score, :origins, :strikes, :now, :rank, 'FIRST')"
                                + " ON CONFLICT DO NOTHING"),
                        itemId,
                        candidate,
                        EnumSet.of(origin),
                        strikes)
                .bind("now", at(now))
                .bind("rank", at(rank(now, candidate, EnumSet.of(origin), strikes, 0)))
                .execute();
    }

    private void update(
            Handle handle,
            ItemRow item,
            ReviewCandidate candidate,
            Set<Origin> origins,
            int strikes,
            Stage stage,
            Optional<String> notBy) {
        boolean reopened = item.stage() == Stage.CLOSED;
        int reports = handle.createQuery("SELECT count(*) FROM report WHERE tenant = :tenant AND item_id = :item")
                .bind("tenant", candidate.tenant())
                .bind("item", item.itemId())
                .mapTo(Integer.class)
                .one();
        Instant arrived = reopened ? item.now() : item.arrivedAt();
        bind(
                        handle.createUpdate("UPDATE queue_item SET uploader_id = :uploader, upload_topic = :topic,"
                                + " upload_partition = :partition, upload_offset = :offset,"
                                + " machine_decision = :decision, machine_reason = :reason, labels = :labels,"
                                + " score = :score, origins = :origins, strikes = :strikes, reports = :reports,"
                                + " arrived_at = :arrived, rank = :rank, stage = :stage, closed_at = NULL,"
                                + " first_reviewer = CASE WHEN :reopened THEN :notBy ELSE first_reviewer END,"
                                + " evidence_next = CASE WHEN :reopened THEN clock_timestamp() ELSE evidence_next END,"
                                + " evidence_tries = CASE WHEN :reopened THEN 0 ELSE evidence_tries END,"
                                + " evidence_gone = CASE WHEN :reopened THEN 0 ELSE evidence_gone END,"
                                + " evidence_strip = CASE WHEN :reopened THEN 0 ELSE evidence_strip END"
                                + " WHERE tenant = :tenant AND item_id = :item"),
                        item.itemId(),
                        candidate,
                        origins,
                        strikes)
                .bind("reports", reports)
                .bind("arrived", at(arrived))
                .bind("rank", at(rank(arrived, candidate, origins, strikes, reports)))
                .bind("stage", stage.name())
                .bind("reopened", reopened)
                .bind("notBy", notBy.orElse(null))
                .execute();
    }

    private Instant rank(Instant arrived, ReviewCandidate candidate, Set<Origin> origins, int strikes, int reports) {
        boolean grave = candidate.labels().stream().anyMatch(rules.secondLabels()::contains);
        Duration start = HeadStart.of(origins, candidate.score(), grave, strikes, reports);
        return arrived.minus(start);
    }

    /** Other content came later under the same id: the old one is not shown any more, so it needs nobody. */
    private static void supersede(Handle handle, UUID itemId, ReviewCandidate candidate) {
        candidate
                .upload()
                .ifPresent(upload -> handle.createUpdate("UPDATE queue_item SET stage = 'CLOSED',"
                                + " closed_at = clock_timestamp(), lease_id = NULL, lease_holder = NULL, lease_since = NULL,"
                                + " lease_until = NULL WHERE tenant = :tenant AND image_id = :image AND item_id <> :item"
                                + " AND stage <> 'CLOSED' AND golden_for = '' AND upload_topic = :topic"
                                + " AND upload_partition = :partition AND upload_offset < :offset")
                        .bind("tenant", candidate.tenant())
                        .bind("image", candidate.imageId())
                        .bind("item", itemId)
                        .bind("topic", upload.topic())
                        .bind("partition", upload.partition())
                        .bind("offset", upload.offset())
                        .execute());
    }

    private static void close(Handle handle, ReviewCandidate candidate, String condition) {
        handle.createUpdate("UPDATE queue_item SET stage = 'CLOSED', closed_at = clock_timestamp(), lease_id = NULL,"
                        + " lease_holder = NULL, lease_since = NULL, lease_until = NULL"
                        + " WHERE tenant = :tenant AND item_id = :item AND stage <> 'CLOSED' AND " + condition)
                .bind("tenant", candidate.tenant())
                .bind("item", itemId(candidate))
                .execute();
    }

    private static Optional<ItemRow> find(Handle handle, String tenant, UUID itemId) {
        return handle.createQuery("SELECT *, clock_timestamp() AS now FROM queue_item"
                        + " WHERE tenant = :tenant AND item_id = :item FOR UPDATE")
                .bind("tenant", tenant)
                .bind("item", itemId)
                .map(ItemRow::of)
                .findOne();
    }

    private static int strikes(Handle handle, ReviewCandidate candidate) {
        return handle.createQuery(
                        "SELECT strikes FROM uploader_strikes" + " WHERE tenant = :tenant AND uploader_id = :uploader")
                .bind("tenant", candidate.tenant())
                .bind("uploader", candidate.uploaderId())
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
    }

    private static <S extends SqlStatement<S>> S bind(
            S statement, UUID itemId, ReviewCandidate candidate, Set<Origin> origins, int strikes) {
        UploadPlace upload = candidate.upload().orElse(null);
        return statement
                .bind("tenant", candidate.tenant())
                .bind("item", itemId)
                .bind("image", candidate.imageId())
                .bind("sha256", candidate.contentSha256())
                .bind("uploader", candidate.uploaderId())
                .bind("topic", upload == null ? null : upload.topic())
                .bind("partition", upload == null ? null : upload.partition())
                .bind("offset", upload == null ? null : upload.offset())
                .bind("decision", candidate.decision())
                .bind("reason", candidate.reason().orElse(null))
                .bindArray("labels", String.class, candidate.labels())
                .bind("score", candidate.score())
                .bindArray(
                        "origins",
                        String.class,
                        origins.stream().map(Origin::name).toList())
                .bind("strikes", strikes);
    }

    private static OffsetDateTime at(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}

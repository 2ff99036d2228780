package io.bulwark.stream.review;

import io.bulwark.events.Duty;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ItemRow.Stage;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Puts items into the queue and takes out what no person needs to see. Every method works in the caller's transaction,
 * and twice the same is once. Thread-safe.
 */
public final class QueueIntake {

    /** New reports that reopen what a person called SAFE. */
    static final int REPORTS_TO_REOPEN = 3;

    /** Appeals of one person a day that go to the seniors; further ones to another reviewer. */
    static final int APPEALS_A_DAY = 5;

    /** Notices received from one person on a day (UTC) that reopen what people called SAFE; others end unseen. */
    static final int NOTICES_A_DAY = 10;

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
        Set<Origin> origins = EnumSet.of(origin);
        if (present.isEmpty()) {
            insert(handle, itemId, candidate, origin, strikes);
            supersede(handle, itemId, candidate);
        } else if (present.get().stage() != Stage.CLOSED) {
            origins.addAll(present.get().origins());
            update(
                    handle,
                    present.get(),
                    candidate,
                    origins,
                    strikes,
                    present.get().stage(),
                    Optional.empty());
        } else if (!resumes(handle, candidate, origins)
                && present.get().decisionId().isEmpty()) {
            update(handle, present.get(), candidate, origins, strikes, Stage.FIRST, Optional.empty());
        }
        return itemId;
    }

    /**
     * A person's decision about this content came into force again: clocks that ended because other content came under
     * the image's id meanwhile run on.
     */
    public void cameBack(Handle handle, ReviewCandidate candidate) {
        resumes(handle, candidate, Set.of());
    }

    /** @return whether clocks run on, and the item is open for them and for the other origins */
    private boolean resumes(Handle handle, ReviewCandidate candidate, Set<Origin> others) {
        Set<Origin> origins = Duties.resume(handle, candidate.tenant(), itemId(candidate));
        if (origins.isEmpty()) {
            return false;
        }
        ItemRow item = ItemRow.lock(handle, candidate.tenant(), itemId(candidate));
        origins.addAll(others);
        boolean closed = item.stage() == Stage.CLOSED;
        if (!closed) {
            origins.addAll(item.origins());
        }
        Stage stage = !closed ? item.stage() : isBySenior(handle, item) ? Stage.SENIOR : Stage.FIRST;
        update(handle, item, candidate, origins, strikes(handle, candidate), stage, lastReviewer(handle, item));
        return true;
    }

    /**
     * Whether a person's decision on this content holds. Its item is locked until the transaction ends, so that a
     * decision made meanwhile sees what this transaction does.
     */
    public boolean isDecided(Handle handle, ReviewCandidate candidate) {
        return find(handle, candidate.tenant(), itemId(candidate))
                .filter(item ->
                        item.stage() == Stage.CLOSED && item.decisionId().isPresent())
                .isPresent();
    }

    /** As below, of a report or an appeal that names no duty. */
    public UUID reported(Handle handle, ReviewCandidate candidate, Origin kind, String reporter, String words) {
        return reported(handle, candidate, kind, reporter, words, Optional.empty());
    }

    /**
     * A report of an image or an appeal against its decision. Each person counts once. An appeal against a person's
     * decision goes to another person, a senior for the first {@value #APPEALS_A_DAY} of a person a day and where a
     * senior decided; what a senior decided on an appeal is final. Reports against a person's SAFE reopen it once
     * {@value #REPORTS_TO_REOPEN} came. One that names a duty begins its clock; it reopens at once what no person called
     * NSFW, a NOTICE only for {@value #NOTICES_A_DAY} of a person a day where a person called it SAFE, and else its
     * clock ends with what holds. An intimate image is about copies too, so a person looks once with it in mind.
     *
     * @param candidate the image with its decision in force
     * @param kind APPEAL or REPORT
     * @return the item
     */
    public UUID reported(
            Handle handle,
            ReviewCandidate candidate,
            Origin kind,
            String reporter,
            String words,
            Optional<Duties.Notice> duty) {
        UUID itemId = itemId(candidate);
        Optional<ItemRow> before = find(handle, candidate.tenant(), itemId);
        if (before.isEmpty()) {
            insert(handle, itemId, candidate, kind, strikes(handle, candidate));
        }
        int added = handle.execute(
                """
                INSERT INTO report (tenant, item_id, reporter, kind, words, duty, received_at)
                VALUES (?, ?, ?, ?, ?, ?, least(CAST(? AS timestamptz), clock_timestamp())) ON CONFLICT DO NOTHING""",
                candidate.tenant(),
                itemId,
                reporter,
                kind.name(),
                words,
                duty.map(notice -> notice.duty().name()).orElse(""),
                duty.map(Duties.Notice::receivedAt).orElse(null));
        if (added > 0) {
            ItemRow item = ItemRow.lock(handle, candidate.tenant(), itemId);
            duty.ifPresent(notice -> Duties.open(handle, candidate.tenant(), itemId, notice));
            Set<Origin> origins = EnumSet.of(kind);
            if (item.stage() != Stage.CLOSED) {
                origins.addAll(item.origins());
                update(handle, item, candidate, origins, item.strikes(), item.stage(), Optional.empty());
            } else if (reopens(handle, item, candidate, kind, reporter, duty)) {
                boolean senior = item.decisionId().isPresent()
                        && (kind == Origin.APPEAL && appealsToday(handle, candidate.tenant(), reporter) <= APPEALS_A_DAY
                                || (kind == Origin.APPEAL || duty.isPresent()) && isBySenior(handle, item));
                Stage stage = senior ? Stage.SENIOR : Stage.FIRST;
                update(handle, item, candidate, origins, item.strikes(), stage, lastReviewer(handle, item));
            } else if (duty.isPresent()) {
                Duties.settle(handle, item, kind == Origin.REPORT && !isNsfw(handle, item, candidate));
            }
        }
        return itemId;
    }

    /**
     * A machine has decided this content without a doubt: what waits for that doubt alone is withdrawn, unless a
     * reviewer holds it.
     */
    public void settled(Handle handle, ReviewCandidate candidate) {
        if (!resumes(handle, candidate, Set.of())) {
            close(
                    handle,
                    candidate,
                    "origins = '{REVIEW}' AND decision_id IS NULL"
                            + " AND (lease_until IS NULL OR lease_until <= clock_timestamp())");
        }
        supersede(handle, itemId(candidate), candidate);
    }

    /** A person decided this content elsewhere: it is closed. */
    public void decidedElsewhere(Handle handle, ReviewCandidate candidate) {
        close(handle, candidate, "decision_id IS NULL");
    }

    /** The image is forgotten: nothing of it waits any more. */
    public void forgotten(Handle handle, String tenant, String imageId) {
        handle.execute("""
                UPDATE queue_item SET stage = 'CLOSED', lease_id = NULL, lease_holder = NULL,
                lease_since = NULL, lease_until = NULL, closed_at = clock_timestamp()
                WHERE tenant = ? AND image_id = ? AND stage <> 'CLOSED' AND golden_for = ''""", tenant, imageId);
    }

    /**
     * What is older than a time is about to be erased, and the image came again since. What stays of its content is the
     * present uploader's; what was asked for since stays open, without the decision that goes.
     */
    public void cameAgain(Handle handle, ReviewCandidate present, Instant since) {
        handle.createUpdate("""
                UPDATE queue_item SET uploader_id = :uploader WHERE tenant = :tenant AND image_id = :image
                AND content_sha256 = :sha256 AND uploader_id <> :uploader""")
                .bind("uploader", present.uploaderId())
                .bind("tenant", present.tenant())
                .bind("image", present.imageId())
                .bind("sha256", present.contentSha256())
                .execute();
        handle.createUpdate("""
                UPDATE queue_item item SET stage = 'FIRST', decision_id = NULL, first_reviewer = NULL,
                lease_id = NULL, lease_holder = NULL, lease_since = NULL, lease_until = NULL
                WHERE tenant = :tenant AND item_id = :item AND stage <> 'CLOSED'
                AND (arrived_at > :since OR EXISTS (SELECT FROM report asked WHERE asked.tenant = :tenant
                AND asked.item_id = item.item_id AND asked.at > :since))
                AND EXISTS (SELECT FROM decision made WHERE made.tenant = :tenant
                AND made.item_id = item.item_id AND made.decision_id = item.decision_id
                AND made.decided_at <= :since)""")
                .bind("tenant", present.tenant())
                .bind("item", itemId(present))
                .bind("since", since)
                .execute();
    }

    private boolean reopens(
            Handle handle,
            ItemRow item,
            ReviewCandidate candidate,
            Origin kind,
            String reporter,
            Optional<Duties.Notice> notice) {
        if (kind == Origin.APPEAL) {
            return !isFinal(handle, item);
        }
        if (notice.isPresent()) {
            if (notice.get().duty() == Duty.NOTICE
                    && item.decisionId().isPresent()
                    && Duties.received(handle, candidate.tenant(), reporter, notice.get()) > NOTICES_A_DAY) {
                return false;
            }
            return item.decisionId().isEmpty()
                    || !isNsfw(handle, item, candidate)
                    || notice.get().duty() == Duty.INTIMATE_IMAGE && !IdenticalCopies.isFollowed(handle, item);
        }
        if (item.decisionId().isEmpty()) {
            return !candidate.decision().equals("NSFW");
        }
        long since = handle.select(
                        """
                SELECT count(*) FROM report WHERE tenant = ? AND item_id = ?
                AND kind = 'REPORT' AND at > ?""", candidate.tenant(), item.itemId(), item.closedAt().orElse(Instant.EPOCH))
                .mapTo(Long.class)
                .one();
        return candidate.decision().equals("SAFE") && since >= REPORTS_TO_REOPEN;
    }

    /** What people decided a moment ago is not in the casebook yet. */
    private static boolean isNsfw(Handle handle, ItemRow item, ReviewCandidate candidate) {
        return DecisionRows.inForce(DecisionRows.of(handle, item))
                .map(DecisionRows.Row::decision)
                .orElse(candidate.decision())
                .equals("NSFW");
    }

    /** Whether a senior has decided on an appeal. */
    private static boolean isFinal(Handle handle, ItemRow item) {
        return item.origins().contains(Origin.APPEAL) && isBySenior(handle, item);
    }

    private static boolean isBySenior(Handle handle, ItemRow item) {
        return handle.select(
                        """
                SELECT EXISTS (SELECT FROM decision WHERE tenant = ? AND item_id = ?
                AND decision_id = CAST(? AS uuid) AND stage = 'SENIOR')""",
                        item.candidate().tenant(),
                        item.itemId(),
                        item.decisionId().orElse(null))
                .mapTo(Boolean.class)
                .one();
    }

    private static long appealsToday(Handle handle, String tenant, String reporter) {
        return handle.select("""
                SELECT count(*) FROM report WHERE tenant = ? AND reporter = ?
                AND kind = 'APPEAL' AND at > clock_timestamp() - interval '1 day'""", tenant, reporter).mapTo(Long.class).one();
    }

    private static Optional<String> lastReviewer(Handle handle, ItemRow item) {
        return handle.select("""
                SELECT reviewer FROM decision WHERE tenant = ? AND item_id = ?
                ORDER BY decided_at DESC LIMIT 1""", item.candidate().tenant(), item.itemId())
                .mapTo(String.class)
                .findOne();
    }

    private void insert(Handle handle, UUID itemId, ReviewCandidate candidate, Origin origin, int strikes) {
        Instant now = handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
        bind(handle.createUpdate("""
                                INSERT INTO queue_item (tenant, item_id, image_id, content_sha256,
                                uploader_id, upload_topic, upload_partition, upload_offset, machine_decision,
                                machine_reason, labels, score, origins, strikes, arrived_at, rank, stage, trace)
                                VALUES (:tenant, :item, :imageId, :contentSha256, :uploaderId, :upload?.topic,
                                :upload?.partition, :upload?.offset, :decision, :reason, :labels, :score, :origins, :strikes, :now, :rank, 'FIRST', :trace)
                                ON CONFLICT DO NOTHING"""), itemId, candidate, EnumSet.of(origin), strikes)
                .bind("now", now)
                .bind("rank", rank(now, candidate, EnumSet.of(origin), strikes, 0))
                .bind("trace", trace(EnumSet.of(origin)))
                .execute();
    }

    /** The upload's trace, which decisions and audits carry; that of a report is of the person who reports. */
    private static Optional<String> trace(Set<Origin> origins) {
        return origins.contains(Origin.REPORT) || origins.contains(Origin.APPEAL)
                ? Optional.empty()
                : TraceHeaders.parent(Context.current());
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
        int reports = handle.select(
                        "SELECT count(DISTINCT (kind, reporter)) FROM report WHERE tenant = ? AND item_id = ?",
                        candidate.tenant(),
                        item.itemId())
                .mapTo(Integer.class)
                .one();
        Instant arrived = reopened ? item.now() : item.arrivedAt();
        bind(handle.createUpdate("""
                                UPDATE queue_item SET uploader_id = :uploaderId, upload_topic = :upload?.topic,
                                upload_partition = :upload?.partition, upload_offset = :upload?.offset,
                                machine_decision = :decision, machine_reason = :reason, labels = :labels,
                                score = :score, origins = :origins, strikes = :strikes, reports = :reports,
                                arrived_at = :arrived, rank = :rank, stage = :stage, closed_at = NULL,
                                first_reviewer = CASE WHEN :reopened THEN :notBy ELSE first_reviewer END,
                                trace = CASE WHEN :reopened THEN coalesce(CAST(:trace AS text), trace) ELSE trace END,
                                evidence_next = CASE WHEN :reopened THEN clock_timestamp() ELSE evidence_next END,
                                evidence_tries = CASE WHEN :reopened THEN 0 ELSE evidence_tries END,
                                evidence_gone = CASE WHEN :reopened THEN 0 ELSE evidence_gone END,
                                evidence_strip = CASE WHEN :reopened THEN 0 ELSE evidence_strip END
                                WHERE tenant = :tenant AND item_id = :item"""), item.itemId(), candidate, origins, strikes)
                .bind("reports", reports)
                .bind("arrived", arrived)
                .bind("rank", rank(arrived, candidate, origins, strikes, reports))
                .bind("stage", stage.name())
                .bind("reopened", reopened)
                .bind("trace", trace(origins))
                .bind("notBy", notBy.orElse(null))
                .execute();
    }

    private Instant rank(Instant arrived, ReviewCandidate candidate, Set<Origin> origins, int strikes, int reports) {
        boolean grave = candidate.labels().stream().anyMatch(rules.secondLabels()::contains);
        Duration start = HeadStart.of(origins, candidate.score(), grave, strikes, reports);
        return arrived.minus(start);
    }

    /** Other content came later under the same id: the old one is not shown any more, so it is closed. */
    private static void supersede(Handle handle, UUID itemId, ReviewCandidate candidate) {
        Optional.ofNullable(candidate.upload())
                .ifPresent(upload -> handle.execute(
                        """
                        UPDATE queue_item SET stage = 'CLOSED',
                        closed_at = clock_timestamp(), lease_id = NULL, lease_holder = NULL, lease_since = NULL,
                        lease_until = NULL WHERE tenant = ? AND image_id = ? AND item_id <> ?
                        AND stage <> 'CLOSED' AND golden_for = '' AND upload_topic = ?
                        AND upload_partition = ? AND upload_offset < ?""",
                        candidate.tenant(),
                        candidate.imageId(),
                        itemId,
                        upload.topic(),
                        upload.partition(),
                        upload.offset()));
    }

    private static void close(Handle handle, ReviewCandidate candidate, String condition) {
        handle.execute("""
                UPDATE queue_item SET stage = 'CLOSED', closed_at = clock_timestamp(), lease_id = NULL,
                lease_holder = NULL, lease_since = NULL, lease_until = NULL
                WHERE tenant = ? AND item_id = ? AND stage <> 'CLOSED' AND
                """ + condition, candidate.tenant(), itemId(candidate));
    }

    private static Optional<ItemRow> find(Handle handle, String tenant, UUID itemId) {
        return ItemRow.find(handle, tenant, itemId, " FOR UPDATE");
    }

    private static int strikes(Handle handle, ReviewCandidate candidate) {
        return handle.select("""
                                SELECT strikes FROM uploader_strikes
                                WHERE tenant = ? AND uploader_id = ?""", candidate.tenant(), candidate.uploaderId())
                .mapTo(Integer.class)
                .findOne()
                .orElse(0);
    }

    private static <S extends SqlStatement<S>> S bind(
            S statement, UUID itemId, ReviewCandidate candidate, Set<Origin> origins, int strikes) {
        return statement
                .bindMethods(candidate)
                .bind("item", itemId)
                .bindArray(
                        "origins",
                        String.class,
                        origins.stream().map(Origin::name).toList())
                .bind("strikes", strikes);
    }

    /**
     * How long before its arrival an item is ranked as if it had arrived. Each reason adds its own, so that an item
     * with two comes before one with either.
     */
    static final class HeadStart {

        private static final Duration GRAVE = Duration.ofHours(4);
        private static final Duration AUDIT = Duration.ofHours(2);
        private static final Duration APPEAL = Duration.ofHours(1);
        private static final Duration EACH_REPORT = Duration.ofMinutes(30);
        private static final int MOST_REPORTS = 10;
        private static final Duration EACH_STRIKE = Duration.ofMinutes(10);
        private static final int MOST_STRIKES = 6;
        private static final Duration FULL_SCORE = Duration.ofHours(2);

        /** What only a draw brought gives way to what is doubted; the claim's age leaves this time out. */
        static final Duration SAMPLE_WAITS = Duration.ofHours(8);

        private HeadStart() {}

        /**
         * @param origins why it is in the queue
         * @param score in [0, 1]; what is probably bad and still shown is looked at first
         * @param grave whether it carries a label that never holds by one person's word
         * @param strikes of its uploader
         * @param reports of different people
         * @return negative for what can wait
         */
        static Duration of(Set<Origin> origins, double score, boolean grave, int strikes, int reports) {
            Duration start = Duration.ofMillis(Math.round(FULL_SCORE.toMillis() * Math.max(0, Math.min(1, score))))
                    .plus(EACH_STRIKE.multipliedBy(Math.min(MOST_STRIKES, strikes)))
                    .plus(EACH_REPORT.multipliedBy(Math.min(MOST_REPORTS, reports)));
            if (grave) {
                start = start.plus(GRAVE);
            }
            if (origins.contains(Origin.AUDIT)) {
                start = start.plus(AUDIT);
            }
            if (origins.contains(Origin.APPEAL)) {
                start = start.plus(APPEAL);
            }
            return origins.equals(Set.of(Origin.SAMPLE)) ? start.minus(SAMPLE_WAITS) : start;
        }
    }

    /**
     * One lock an image. A decision, an audit and a report of one image come from different topics, so two instances
     * take them at once; each looks for what the other writes, and at READ COMMITTED neither sees it. Who reads and
     * writes rows of an image on account of such a record takes its lock before reading.
     *
     * <p>The lock is on the image id without the tenant, because the keys of audits and reports do not name one: two
     * tenants with the same id wait for each other for milliseconds. Locks are taken in the order of their numbers, so
     * transactions that take theirs in one call do not block one another for ever. A transaction takes them once.
     */
    public static final class ImageLocks {

        private ImageLocks() {}

        /**
         * Waits for the images' locks and holds them until the transaction ends. A statement after this one sees what
         * their holders before have committed.
         *
         * @param imageIds any number; they take an entry each of the server's lock table, which has some thousands
         */
        public static void take(Handle handle, Collection<String> imageIds) {
            if (imageIds.isEmpty()) {
                return;
            }
            handle.createUpdate("""
                    SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(image, 1) AS key
                    FROM unnest(:images) AS image ORDER BY key) AS ordered""").bindArray("images", String.class, imageIds).execute();
        }
    }
}

package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ItemRow.Stage;
import jakarta.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;

/**
 * What reviewers do with the queue short of deciding. Each call is one transaction in which its row of the audit log is
 * written too.
 *
 * <p>Thread-safe.
 */
public final class ReviewQueue {

    /** The most items that one reviewer may hold: the present one and the next ones. */
    static final int MOST_HELD = 5;

    /** Among how many items at the head of a queue another label is looked for, where that is no must. */
    private static final int NEAR = 1_000;

    /** The same where a label must not be given; further back nothing is looked for, and the answer says why. */
    private static final int FAR = 10_000;

    /** Fitting items that are tried, for other claims may hold locks on the first ones. */
    private static final int MOST_TRIED = 100;

    private static final int MOST_WORDS = 4000;

    /** Whether the reviewer has proposed one side of what a senior has to decide. */
    private static final String PROPOSED = """
            EXISTS (SELECT FROM decision side WHERE side.tenant = :tenant
            AND side.item_id = waiting.item_id AND side.reviewer = :reviewer AND side.kind = 'PROPOSED'
            AND NOT EXISTS (SELECT FROM decision taken WHERE taken.tenant = :tenant
            AND taken.item_id = waiting.item_id AND taken.kind = 'UNDONE' AND taken.replaces = side.decision_id)
            AND NOT EXISTS (SELECT FROM decision held WHERE held.tenant = :tenant
            AND held.item_id = waiting.item_id AND held.kind = 'DECIDED' AND held.decided_at > side.decided_at
            AND NOT EXISTS (SELECT FROM decision taken WHERE taken.tenant = :tenant
            AND taken.item_id = waiting.item_id AND taken.kind = 'UNDONE'
            AND taken.replaces = held.decision_id)))""";

    /** Whether an appeal is against what the reviewer decided or agreed to; what they took back does not count. */
    private static final String OBJECTED_TO = """
            'APPEAL' = ANY (waiting.origins) AND EXISTS (SELECT FROM decision part
            WHERE part.tenant = :tenant AND part.item_id = waiting.item_id AND part.reviewer = :reviewer
            AND part.kind IN ('PROPOSED', 'DECIDED')
            AND NOT EXISTS (SELECT FROM decision taken WHERE taken.tenant = :tenant
            AND taken.item_id = waiting.item_id AND taken.kind = 'UNDONE' AND taken.replaces = part.decision_id))""";

    /** Whether a reviewer may have an item now. */
    static final String FREE = """
            tenant = :tenant AND stage <> 'CLOSED' AND (stage <> 'SENIOR' OR :senior)
            AND (lease_until IS NULL OR lease_until <= clock_timestamp())
            AND golden_for IN ('', :reviewer) AND first_reviewer IS DISTINCT FROM :reviewer
            AND NOT (stage = 'SENIOR' AND
            """ + PROPOSED + ") AND NOT (" + OBJECTED_TO + ")"
            + " AND NOT EXISTS (SELECT FROM skip WHERE skip.tenant = :tenant"
            + " AND skip.item_id = waiting.item_id AND skip.reviewer = :reviewer)";

    private final Database database;
    private final ReviewRules rules;
    private final RandomGenerator chance;

    /**
     * @param chance decides which claims get golden items
     */
    public ReviewQueue(Database database, ReviewRules rules, RandomGenerator chance) {
        this.database = database;
        this.rules = rules;
        this.chance = chance;
    }

    /** Takes the next item for a reviewer from all queues that they may claim from. */
    public Optional<Claim> claim(Person person) {
        return claim(person, List.of());
    }

    /**
     * Takes the next item for a reviewer. It is fetched, not seen: their program may fetch it ahead.
     *
     * @param queues names of queues; empty for all that they may claim from
     * @return the item; empty where nothing waits for them
     * @throws ProblemException where they hold too many, or may not claim from one of the queues
     */
    public Optional<Claim> claim(Person person, List<String> queues) {
        return next(person, queues).claim();
    }

    /**
     * The answer to a claim.
     *
     * @param claim the item; empty where nothing waits for them, or nothing that they may be given now
     * @param withheld why something that waits is not given
     * @param until when that ends, as far as it is known
     */
    public record Next(Optional<Claim> claim, Optional<Wellness.Withheld> withheld, Optional<Instant> until) {}

    /** As {@link #claim(Person, List)}, and why nothing is given where something waits. */
    public Next next(Person person, List<String> queues) {
        double drawn = chance.nextDouble();
        return database.inTenant(person.tenant(), handle -> {
            requireRoom(handle, person);
            Wellness.Guard guard = Wellness.guard(handle, person);
            if (guard.pause().isPresent()) {
                return new Next(Optional.empty(), guard.pause(), guard.until());
            }
            if (drawn < rules.golden()) {
                GoldenItems.offer(handle, person, QueueRouting.claimable(handle, person, queues), guard.avoided());
            }
            Optional<Claim> claim = Optional.empty();
            if (guard.rotated().isPresent()) {
                Set<String> others = new HashSet<>(guard.avoided());
                others.add(guard.rotated().get());
                claim = take(handle, person, queues, others, NEAR);
            }
            claim = claim.or(() -> take(handle, person, queues, guard.avoided(), FAR));
            claim.ifPresent(taken -> {
                if (guard.counts()) {
                    Wellness.given(handle, person, taken.itemId(), taken.labels());
                }
                person.log(handle, "review.fetched", "item/" + taken.itemId(), Map.of());
            });
            boolean withheld = claim.isEmpty() && !guard.avoided().isEmpty() && isFree(handle, person, queues);
            return new Next(
                    claim,
                    withheld
                            ? Optional.of(guard.limited() ? Wellness.Withheld.LIMIT : Wellness.Withheld.OPT_OUT)
                            : Optional.empty(),
                    Optional.empty());
        });
    }

    /** Prolongs a claim, from now on. Returns its new end. */
    public Instant renew(Person person, UUID itemId, UUID leaseId) {
        return database.inTenant(person.tenant(), handle -> {
            ItemRow.lockHeld(handle, person, itemId, leaseId);
            return handle.select("""
                                    UPDATE queue_item SET lease_until = clock_timestamp() + make_interval(secs => ?)
                                    WHERE tenant = ? AND item_id = ? RETURNING lease_until""", seconds(rules.lease()), person.tenant(), itemId)
                    .mapTo(Instant.class)
                    .one();
        });
    }

    /** The picture was displayed to the reviewer. */
    public void seen(Person person, UUID itemId, UUID leaseId) {
        held(person, itemId, leaseId, "review.seen", (handle, item) -> {
            Wellness.seen(handle, person, itemId);
            return Map.of();
        });
    }

    /** Gives an item back; it may come again to the same reviewer. */
    public void release(Person person, UUID itemId, UUID leaseId) {
        held(person, itemId, leaseId, "review.released", (handle, item) -> {
            Wellness.givenBack(handle, person, itemId);
            giveBack(handle, item, item.stage());
            return Map.of();
        });
    }

    /** Gives an item back for good: it does not come to this reviewer again. */
    public void skip(Person person, UUID itemId, UUID leaseId, String reason) {
        requireWords("A reason", reason);
        held(person, itemId, leaseId, "review.skipped", (handle, item) -> {
            Wellness.givenBack(handle, person, itemId);
            handle.execute("""
                    INSERT INTO skip (tenant, item_id, reviewer, reason)
                    VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING""", person.tenant(), itemId, person.name(), reason);
            giveBack(handle, item, item.stage());
            return Map.of();
        });
    }

    /** Hands an item to the seniors, with a note that says why. */
    public void escalate(Person person, UUID itemId, UUID leaseId, String why) {
        requireWords("A note", why);
        held(person, itemId, leaseId, "review.escalated", (handle, item) -> {
            Problem.BAD_PARAMETER.when(
                    item.stage() == Stage.SENIOR, "Item " + itemId + " is with the seniors already.");
            UUID note = addNote(handle, person, itemId, why);
            giveBack(handle, item, Stage.SENIOR);
            return Map.of("note", note.toString());
        });
    }

    /** @param work on the locked item that the person holds; returns the details for the audit log */
    private void held(
            Person person, UUID itemId, UUID leaseId, String action, BiFunction<Handle, ItemRow, Map<String, ?>> work) {
        database.inTenant(person.tenant(), handle -> {
            ItemRow item = ItemRow.lockHeld(handle, person, itemId, leaseId);
            return person.log(handle, action, "item/" + itemId, work.apply(handle, item));
        });
    }

    /** Leaves a note on an item, held or not. */
    public void note(Person person, UUID itemId, String words) {
        requireWords("A note", words);
        database.inTenant(person.tenant(), handle -> {
            ItemRow.lock(handle, person.tenant(), itemId);
            UUID note = addNote(handle, person, itemId, words);
            return person.log(handle, "review.noted", "item/" + itemId, Map.of("note", note.toString()));
        });
    }

    /** The notes on an item, oldest first; at most 200. */
    public List<Claim.Note> notes(Person person, UUID itemId) {
        return database.inTenant(
                person.tenant(),
                handle -> handle.select("""
                                        SELECT author, words, at FROM note WHERE tenant = ? AND item_id = ?
                                        ORDER BY at, note_id LIMIT 200""", person.tenant(), itemId)
                        .map(ConstructorMapper.of(Claim.Note.class))
                        .list());
    }

    /** How much waits. Golden copies do not count. */
    public Claim.QueueState state(Person person) {
        return database.inTenant(
                person.tenant(),
                handle -> handle.select("""
                                        SELECT count(*) FILTER (WHERE NOT held) AS waiting, count(*) FILTER (WHERE held) AS held,
                                        count(*) FILTER (WHERE stage = 'SENIOR') AS for_seniors, min(arrived_at) AS oldest,
                                        CASE WHEN min(arrived_at) IS NOT NULL THEN
                                        greatest(0, floor(extract(epoch FROM clock_timestamp() - min(arrived_at))))::bigint
                                        END AS oldest_seconds
                                        FROM (SELECT stage, arrived_at, coalesce(lease_until > clock_timestamp(), false) AS held
                                        FROM queue_item WHERE tenant = ? AND stage <> 'CLOSED' AND golden_for = '') items""", person.tenant())
                        .map(ConstructorMapper.of(Claim.QueueState.class))
                        .one());
    }

    /** One queue after another, so that an item that another claim locks now hides none of the other queues. */
    private Optional<Claim> take(Handle handle, Person person, List<String> queues, Set<String> avoided, int among) {
        for (String queue : QueueRouting.inOrder(handle, person, queues)) {
            Optional<Claim> claim = take(handle, person, queue, avoided, among);
            if (claim.isPresent()) {
                return claim;
            }
        }
        return Optional.empty();
    }

    /** @param among how many items are looked at where labels are avoided, which no index finds */
    private Optional<Claim> take(Handle handle, Person person, String queue, Set<String> avoided, int among) {
        String free = "queue = :queue AND " + FREE;
        String others = " AND item_id = ANY (ARRAY(SELECT item_id FROM (SELECT item_id, labels, rank"
                + " FROM queue_item waiting WHERE " + free + " ORDER BY rank, item_id LIMIT :among) AS first"
                + " WHERE NOT labels && CAST(:avoided AS text[]) ORDER BY rank, item_id LIMIT " + MOST_TRIED + "))";
        Query next = handle.createQuery("WITH next AS (SELECT item_id FROM queue_item waiting WHERE " + free
                + (avoided.isEmpty() ? "" : others)
                + " ORDER BY rank, item_id LIMIT 1 FOR UPDATE SKIP LOCKED)"
                + " UPDATE queue_item item SET lease_id = :lease, lease_holder = :reviewer,"
                + " lease_since = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => :length)"
                + " FROM next WHERE item.tenant = :tenant AND item.item_id = next.item_id"
                + " RETURNING item.*");
        if (!avoided.isEmpty()) {
            next.bindArray("avoided", String.class, avoided).bind("among", among);
        }
        return next.bind("queue", queue)
                .bind("tenant", person.tenant())
                .bind("senior", person.isSenior())
                .bind("reviewer", person.name())
                .bind("lease", UUID.randomUUID())
                .bind("length", seconds(rules.lease()))
                .map(ConstructorMapper.of(Claim.class))
                .findOne()
                .map(claim -> claim.asShown(rules.lease()));
    }

    /** Whether something waits that they might claim, whatever protects them from it. */
    private static boolean isFree(Handle handle, Person person, List<String> queues) {
        return handle.createQuery(
                        "SELECT EXISTS (SELECT FROM queue_item waiting WHERE queue = ANY (:queues) AND " + FREE + ")")
                .bindArray("queues", String.class, QueueRouting.claimable(handle, person, queues))
                .bind("tenant", person.tenant())
                .bind("senior", person.isSenior())
                .bind("reviewer", person.name())
                .mapTo(Boolean.class)
                .one();
    }

    private static void requireRoom(Handle handle, Person person) {
        long held = handle.select("""
                SELECT count(*) FROM queue_item WHERE tenant = ? AND stage <> 'CLOSED'
                AND lease_holder = ? AND lease_until > clock_timestamp()""", person.tenant(), person.name())
                .mapTo(Long.class)
                .one();
        if (held >= MOST_HELD) {
            throw Problem.TOO_MANY_HELD.with("You hold " + held + " items; decide or release one of them first.");
        }
    }

    private static void giveBack(Handle handle, ItemRow item, Stage stage) {
        handle.execute("""
                UPDATE queue_item SET stage = ?, lease_id = NULL, lease_holder = NULL,
                lease_since = NULL, lease_until = NULL WHERE tenant = ? AND item_id = ?""", stage.name(), item.candidate().tenant(), item.itemId());
    }

    private static UUID addNote(Handle handle, Person person, UUID itemId, String words) {
        UUID noteId = UUID.randomUUID();
        handle.execute("""
                INSERT INTO note (tenant, note_id, item_id, author, words)
                VALUES (?, ?, ?, ?, ?)""", person.tenant(), noteId, itemId, person.name(), words);
        return noteId;
    }

    private static void requireWords(String what, String words) {
        Problem.BAD_PARAMETER.when(
                words == null || words.isBlank() || words.length() > MOST_WORDS || words.indexOf('\0') >= 0,
                what + " has 1 to " + MOST_WORDS + " characters, and not only blanks.");
    }

    private static double seconds(Duration length) {
        return length.toMillis() / 1000.0;
    }

    /**
     * An item in the hands of a reviewer.
     *
     * @param leaseId proves the claim
     * @param leaseUntil when it returns to the queue
     * @param upload the upload event; null where it is not known
     * @param machineReason why the machine could not decide; null where it said nothing
     * @param origins names of {@link Origin}: why it is in the queue
     * @param strikes of the uploader
     * @param reports of different people
     * @param arrivedAt when it entered the queue
     * @param stage whom it waited for; as shown FIRST for a second decision too
     * @param queue in which it waited
     * @param duties names of {@link io.bulwark.events.Duty}: the clocks that run, the first deadline first
     * @param dutyDue the first deadline; null where no clock runs
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ClaimDocument")
    public record Claim(
            UUID itemId,
            UUID leaseId,
            @Schema(implementation = String.class) Instant leaseUntil,
            String imageId,
            String contentSha256,
            String uploaderId,
            @Nested("upload_") @Nullable ReviewCandidate.UploadPlace upload,
            String machineDecision,
            String machineReason,
            List<String> labels,
            double score,
            List<String> origins,
            int strikes,
            int reports,
            @Schema(implementation = String.class) Instant arrivedAt,
            @Schema(implementation = String.class) Stage stage,
            String queue,
            List<String> duties,
            @Nullable @Schema(implementation = String.class) Instant dutyDue) {

        /**
         * As it is shown to a reviewer: what was drawn, and a golden copy, look like what a machine was not sure of,
         * because what people know of a measurement changes it. So does a second decision look like a first one: what
         * was drawn always needs it, other items seldom. And what only a draw brought seems to have arrived when its
         * rank says, now at the latest: it waits longer than a doubt, and its age would tell.
         *
         * @param lease from the claim to {@code leaseUntil}
         */
        Claim asShown(Duration lease) {
            Instant now = leaseUntil.minus(lease);
            Instant ranked = arrivedAt.plus(QueueIntake.HeadStart.SAMPLE_WAITS);
            boolean drawnOnly = origins.equals(List.of(Origin.SAMPLE.name()));
            List<String> others = origins.stream()
                    .filter(origin -> !origin.equals(Origin.SAMPLE.name()))
                    .toList();
            boolean doubtful = others.isEmpty() || others.equals(List.of(Origin.REVIEW.name()));
            return new Claim(
                    itemId,
                    leaseId,
                    leaseUntil,
                    imageId,
                    contentSha256,
                    uploaderId,
                    upload,
                    doubtful ? Decision.REVIEW.name() : machineDecision,
                    doubtful && machineReason == null ? Reason.UNCERTAIN.name() : machineReason,
                    labels,
                    score,
                    others.isEmpty() ? List.of(Origin.REVIEW.name()) : others,
                    strikes,
                    reports,
                    !drawnOnly ? arrivedAt : ranked.isBefore(now) ? ranked : now,
                    stage == Stage.SECOND ? Stage.FIRST : stage,
                    queue,
                    duties,
                    dutyDue);
        }

        /** A note on the item. */
        @Schema(name = "NoteDocument")
        public record Note(
                String author,
                String words,
                @Schema(implementation = String.class) Instant at) {}

        /** What is in the queue of a tenant now, and since when the oldest item waits; null where none does. */
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(name = "QueueDocument")
        public record QueueState(
                long waiting,
                long held,
                long forSeniors,
                @Schema(implementation = String.class) Instant oldest,
                Long oldestSeconds) {}
    }
}

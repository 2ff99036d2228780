package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Decision;
import io.bulwark.events.Duty;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.schemas.topic.RestrictedDecisions;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.review.DecisionRows.Kind;
import io.bulwark.stream.review.DecisionRows.Row;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ItemRow.Stage;
import io.bulwark.stream.trace.Tracing;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Decides and undoes, each in one transaction. Thread-safe.
 *
 * <p>The item's row is locked first, so of many decisions about one item one is made and the others are refused.
 */
public final class Decisions {

    private static final Logger LOG = Logger.getLogger(Decisions.class);
    private static final int MOST_LABELS = 50;
    private static final int MOST_LETTERS = 200;
    private static final int MOST_WORDS = 4000;

    /** A second in all, after which an undo leaves what other transactions have. */
    private static final int UNDO_ATTEMPTS = 20;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

    private final Database database;
    private final ReviewRules rules;
    private final RandomGenerator chance;
    private final Tracing tracing;

    /**
     * @param chance draws the decisions that a second person checks
     */
    public Decisions(Database database, ReviewRules rules, RandomGenerator chance, Tracing tracing) {
        this.database = database;
        this.rules = rules;
        this.chance = chance;
        this.tracing = tracing;
    }

    /**
     * Decides an item that the reviewer holds. The same answer again (by its decision id) has the same outcome.
     *
     * @throws ProblemException where the claim does not hold, the item is closed, its content is another, the decision
     *     id belongs to another item, or the answer makes no sense
     */
    public Outcome decide(Person person, Answer answer) {
        requireSense(answer);
        double drawn = chance.nextDouble();
        return database.inTenant(person.tenant(), handle -> {
            ItemRow there = ItemRow.lock(handle, person.tenant(), answer.itemId());
            List<Row> rows = DecisionRows.of(handle, there);
            Optional<Outcome> repeated = repeated(rows, person, answer);
            if (repeated.isPresent()) {
                return answer.isAboutOthers()
                        ? repeated.get()
                                .with(AlikeItems.decided(handle, there, made(rows, answer.decisionId()))
                                        .size())
                        : repeated.get();
            }
            ItemRow item = ItemRow.lockHeld(handle, person, answer.itemId(), answer.leaseId());
            List<ItemRow> copies = AlikeItems.lockCopies(handle, person, item, answer.alike());
            List<ItemRow> near = AlikeItems.lockNear(handle, person, item, answer.near());
            boolean forCopies = isForCopies(handle, item, answer);
            Outcome outcome = make(handle, person, item, rows, answer, forCopies || drawn < rules.secondSample());
            if (!answer.isAboutOthers()) {
                return outcome;
            }
            near.forEach(other -> Wellness.decidedBeside(
                    handle, person, other.itemId(), other.candidate().labels()));
            List<ItemRow> others = Stream.concat(copies.stream(), near.stream()).toList();
            return outcome.with(decideOthers(handle, person, others, answer, forCopies));
        });
    }

    /** The answer to the notice of an intimate image: every copy will follow it, so two people give it. */
    private static boolean isForCopies(Handle handle, ItemRow item, Answer answer) {
        return answer.decision().equals(Decision.NSFW.name()) && Duties.runs(handle, item, Duty.INTIMATE_IMAGE);
    }

    /**
     * Decides other items as one in hand. Returns how many.
     *
     * @param byTwo whether that one needs a second person; then these do as well
     */
    private int decideOthers(Handle handle, Person person, List<ItemRow> others, Answer answer, boolean byTwo) {
        int decided = 0;
        for (ItemRow other : others) {
            List<Row> rows = DecisionRows.of(handle, other);
            try {
                boolean chosen = byTwo || chance.nextDouble() < rules.secondSample();
                make(handle, person, other, rows, answer.about(other), chosen);
                decided++;
            } catch (ProblemException notTheirs) {
                LOG.debugf("Item %s is not decided alike: %s", other.itemId(), notTheirs.getMessage());
            }
        }
        return decided;
    }

    /**
     * Takes a decision made in another program, which claims no items of ours: an existing claim is revoked. All else
     * is as of {@link #decide}, and an item that was decided before is decided again: by a senior where a senior
     * decided, by two people where two did. It is never the second of two decisions, nor one on an appeal, because it
     * is not known which of our people decides there.
     *
     * @param answer its claim is not looked at
     * @throws ProblemException where the content is another, only a senior or people of our own may decide, the
     *     answer came before and no longer holds, or it makes no sense
     */
    public Outcome decideElsewhere(Person person, Answer answer) {
        requireSense(answer);
        double drawn = chance.nextDouble();
        return database.inTenant(person.tenant(), handle -> {
            ItemRow item = ItemRow.lock(handle, person.tenant(), answer.itemId());
            List<Row> rows = DecisionRows.of(handle, item);
            Optional<Outcome> repeated = repeated(rows, person, answer);
            if (repeated.isPresent()) {
                requireHolds(rows, answer);
                return repeated.get();
            }
            requireMayDecideElsewhere(person, item, DecisionRows.stage(rows, item));
            boolean chosen = isForCopies(handle, item, answer) || drawn < rules.secondSample();
            return make(handle, person, item, rows, answer, chosen);
        });
    }

    private static void requireHolds(List<Row> rows, Answer answer) {
        boolean holds = Stream.concat(DecisionRows.inForce(rows).stream(), DecisionRows.standing(rows).stream())
                .anyMatch(row -> row.id().equals(answer.decisionId()));
        Problem.ALREADY_DECIDED.when(
                !holds,
                "This very decision was taken before, and another one holds by now. Change its note to make it again.");
    }

    private static void requireMayDecideElsewhere(Person person, ItemRow item, Stage stage) {
        Problem.NOT_ALLOWED.when(
                stage == Stage.SENIOR && !person.isSenior(),
                "Item " + item.itemId() + " waits for a senior, or a senior decided it.");
        if (item.stage() != Stage.CLOSED && item.firstReviewer().equals(Optional.of(person.name()))) {
            throw Problem.NOT_ALLOWED.with("You decided on this item last; another person has to decide on it.");
        }
        Problem.CONSOLE_ONLY.when(
                stage == Stage.SECOND || item.origins().contains(Origin.APPEAL),
                "Second decisions, and those on appeals, are made in the console, where it is known who makes them.");
    }

    /** @param chosen whether a second person is to look at it, whatever else says so */
    private Outcome make(Handle handle, Person person, ItemRow item, List<Row> rows, Answer sent, boolean chosen) {
        ReviewWords.Given given = ReviewWords.given(handle, person.tenant(), sent.labels());
        Answer answer = sent.with(given.labels());
        Stage stage = DecisionRows.stage(rows, item);
        Problem.CONTENT_CHANGED.when(
                !item.candidate().contentSha256().equals(answer.contentSha256()),
                "The picture that was looked at is not the item's: its SHA-256 differs. Look again.");
        requireNoPart(person, item, rows);
        if (!DecisionRows.takeId(handle, item, answer.decisionId())) {
            throw Problem.ID_REUSED.with("Decision id " + answer.decisionId()
                    + " belongs to another item; make a new id for each decision.");
        }
        boolean measured = PromiseDraws.isDrawn(handle, person.tenant(), item.itemId());
        Kind kind = kind(item, stage, rows, answer, measured || chosen);
        Optional<String> policyVersion =
                record(handle, person, item, stage, answer, given.version(), kind, DecisionRows.next(rows, item.now()));
        person.log(
                handle,
                "review.decided",
                "item/" + item.itemId(),
                Map.of(
                        "decision", answer.decision(),
                        "decisionId", answer.decisionId().toString(),
                        "labels", answer.labels(),
                        "labelsVersion", given.version(),
                        "policyVersion", policyVersion.orElse(""),
                        "stage", stage.name()));
        return new Outcome(
                answer.decisionId(),
                kind == Kind.PROPOSED ? Outcome.State.PROPOSED : Outcome.State.IN_FORCE,
                null,
                null);
    }

    /**
     * Takes a decision back. The person who does so then holds the item. What was decided alike with it is taken back
     * too and returns to the queue, unless another decision was made of it since or another person has it.
     *
     * <p>All items are locked before the first row of the audit log, whose end everyone waits for: a claim locks in that
     * order too.
     *
     * @param leaseId the claim that they will have
     * @throws ProblemException where it is not the item's latest, not theirs, too long ago, or appealed since and the
     *     person had a part in it
     */
    public Outcome undo(Person person, UUID itemId, UUID decisionId, UUID leaseId) {
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt == UNDO_ATTEMPTS;
            Optional<Outcome> undone = database.inTenant(
                    person.tenant(), handle -> undo(handle, person, itemId, decisionId, leaseId, last));
            if (undone.isPresent()) {
                return undone.get();
            }
            LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
        }
    }

    /** Waits for nothing while it has locks. @return empty where another transaction has one of the items now */
    private Optional<Outcome> undo(
            Handle handle, Person person, UUID itemId, UUID decisionId, UUID leaseId, boolean last) {
        ItemRow item = ItemRow.lock(handle, person.tenant(), itemId);
        List<UUID> decided = AlikeItems.decided(handle, item, made(DecisionRows.of(handle, item), decisionId));
        List<ItemRow> alike = AlikeItems.lock(handle, item, decided);
        if (!last && alike.size() < decided.size() && alike.size() < AlikeItems.count(handle, item, decided)) {
            return Optional.empty();
        }
        UUID undoId = undo(handle, person, item, decisionId, Optional.of(leaseId));
        int back = 0;
        for (ItemRow other : alike) {
            try {
                undo(handle, person, other, AlikeItems.decisionId(decisionId, other.itemId()), Optional.empty());
                back++;
            } catch (ProblemException notNow) {
                LOG.debugf("Item %s stays as it is: %s", other.itemId(), notNow.getMessage());
            }
        }
        return Optional.of(new Outcome(undoId, Outcome.State.UNDONE, leaseId, decided.isEmpty() ? null : back));
    }

    /** @param leaseId the claim that the person has then; empty where the item returns to the queue */
    private UUID undo(Handle handle, Person person, ItemRow item, UUID decisionId, Optional<UUID> leaseId) {
        List<Row> rows = DecisionRows.of(handle, item);
        Row undone = made(rows, decisionId);
        requireUndoable(person, item, undone);
        List<Row> rest =
                rows.stream().filter(row -> !row.id().equals(decisionId)).toList();
        // An open appeal on a decided item is one against that decision, which is a part that no undo takes away.
        boolean appealed =
                item.stage() != Stage.CLOSED && item.origins().contains(Origin.APPEAL) && undone.kind() == Kind.DECIDED;
        requireNoPart(person, item, appealed ? rows : rest);
        UUID undoId = UUID.randomUUID();
        Optional<Row> before = DecisionRows.inForce(rest);
        Row row = new Row(
                undoId,
                Kind.UNDONE,
                undone.stage(),
                person.name(),
                before.map(Row::decision).orElse("REVIEW"),
                before.map(Row::labels).orElseGet(List::of),
                Optional.of(decisionId),
                DecisionRows.next(rows, item.now()));
        DecisionRows.add(handle, item, row, Optional.empty(), null, null, null);
        // On a copy a second person may have decided without a first one; there it is for any reviewer.
        boolean first = undone.stage() == Stage.FIRST
                || undone.stage() == Stage.SECOND && DecisionRows.standing(rest).isEmpty();
        Optional<String> notBy = first
                ? Optional.of(undone.reviewer()).filter(maker -> appealed && !maker.equals(person.name()))
                : DecisionRows.standing(rest).stream()
                        .reduce((earlier, later) -> later)
                        .map(Row::reviewer)
                        .or(item::firstReviewer);
        reopen(handle, person, item, undone, first ? Stage.FIRST : undone.stage(), notBy, leaseId);
        withdrawProposal(handle, person, decisionId);
        if (undone.kind() == Kind.DECIDED) {
            publish(handle, item, row, Optional.of("undone"), false);
            answered(handle, item, before);
            IdenticalCopies.follow(handle, item, person, before);
        }
        person.log(
                handle,
                "review.undone",
                "item/" + item.itemId(),
                Map.of("decision", decisionId.toString(), "restored", row.decision()));
        return undoId;
    }

    private static Row made(List<Row> rows, UUID decisionId) {
        return rows.stream()
                .filter(row -> row.id().equals(decisionId) && row.kind() != Kind.UNDONE)
                .findFirst()
                .orElseThrow(() -> Problem.NOT_FOUND.with("There is no such decision about this item: " + decisionId));
    }

    private static Optional<Outcome> repeated(List<Row> rows, Person person, Answer answer) {
        Optional<Row> same = rows.stream()
                .filter(row -> row.id().equals(answer.decisionId()))
                .findFirst();
        Problem.BAD_PARAMETER.when(
                same.isPresent() && !same.get().reviewer().equals(person.name()),
                "This decision id is another person's.");
        return same.map(row -> new Outcome(
                row.id(), row.kind() == Kind.PROPOSED ? Outcome.State.PROPOSED : Outcome.State.IN_FORCE, null, null));
    }

    private Kind kind(ItemRow item, Stage stage, List<Row> rows, Answer answer, boolean chosen) {
        if (item.goldenAnswer().isPresent()) {
            return Kind.GOLDEN;
        }
        return switch (stage) {
            case FIRST -> {
                boolean grave = answer.labels().stream().anyMatch(rules.secondLabels()::contains)
                        || item.candidate().labels().stream().anyMatch(rules.secondLabels()::contains);
                yield grave || DecisionRows.needTwo(rows) || chosen ? Kind.PROPOSED : Kind.DECIDED;
            }
            case SECOND -> {
                boolean agreed = DecisionRows.latest(rows, item)
                        .filter(first -> first.decision().equals(answer.decision()))
                        .isPresent();
                yield agreed ? Kind.DECIDED : Kind.PROPOSED;
            }
            case SENIOR, CLOSED -> Kind.DECIDED;
        };
    }

    /** @return the policy that the machine decided by, where that is known */
    private Optional<String> record(
            Handle handle,
            Person person,
            ItemRow item,
            Stage stage,
            Answer answer,
            Long labelsVersion,
            Kind kind,
            Instant at) {
        var row = new Row(
                answer.decisionId(),
                kind,
                stage,
                person.name(),
                answer.decision(),
                answer.labels(),
                item.decisionId(),
                at);
        Long took = item.claim()
                .filter(lease -> lease.id().equals(answer.leaseId()))
                .map(lease ->
                        Math.max(0, Duration.between(lease.since(), item.now()).toMillis()))
                .orElse(null);
        Boolean asKnown = item.goldenAnswer().map(answer.decision()::equals).orElse(null);
        Optional<String> policyVersion =
                DecisionRows.add(handle, item, row, answer.reason(), took, asKnown, labelsVersion);
        boolean closes = kind != Kind.PROPOSED;
        Stage next = closes ? Stage.CLOSED : stage == Stage.FIRST ? Stage.SECOND : Stage.SENIOR;
        handle.createUpdate("""
                UPDATE queue_item SET stage = :stage, decision_id = :decision,
                first_reviewer = CASE WHEN :closes THEN first_reviewer ELSE :reviewer END,
                closed_at = CASE WHEN :closes THEN clock_timestamp() END, lease_id = NULL,
                lease_holder = NULL, lease_since = NULL, lease_until = NULL
                WHERE tenant = :tenant AND item_id = :item""")
                .bind("stage", next.name())
                .bind("decision", answer.decisionId())
                .bind("closes", closes)
                .bind("reviewer", person.name())
                .bind("tenant", person.tenant())
                .bind("item", item.itemId())
                .execute();
        answer.bankLabel()
                .filter(label -> kind != Kind.GOLDEN)
                .ifPresent(label -> propose(handle, person, item, answer, label));
        if (kind == Kind.DECIDED) {
            publish(handle, item, row, answer.reason(), answer.bankLabel().isPresent());
            answered(handle, item, Optional.of(row));
            IdenticalCopies.follow(handle, item, person, Optional.of(row));
        }
        return policyVersion;
    }

    /**
     * Decides an image as another with the same bytes was decided, in the caller's transaction: by the same person, with
     * the same labels as they are merged now. An existing claim is revoked.
     *
     * @param item locked
     */
    void decideCopy(Handle handle, ItemRow item, UUID decisionId, IdenticalCopies.Source source) {
        var person = new Person(source.reviewer(), item.candidate().tenant(), Set.of());
        ReviewWords.Given given = ReviewWords.repeated(handle, person.tenant(), source.labels());
        var answer = new Answer(
                item.itemId(),
                UUID.randomUUID(),
                decisionId,
                item.candidate().contentSha256(),
                Decision.NSFW.name(),
                given.labels(),
                Optional.of("identical copy"),
                Optional.empty());
        Instant at = DecisionRows.next(DecisionRows.of(handle, item), item.now());
        record(handle, person, item, source.stage(), answer, given.version(), Kind.DECIDED, at);
        person.log(
                handle,
                "review.copied",
                "item/" + item.itemId(),
                Map.of(
                        "decisionId", decisionId.toString(),
                        "as", source.decisionId().toString()));
    }

    /**
     * Takes back the decision on a copy; its item returns to the queue.
     *
     * @param item locked
     * @param by who took back what it followed
     */
    void undoCopy(Handle handle, ItemRow item, UUID decisionId, String by) {
        undo(
                handle,
                new Person(by, item.candidate().tenant(), Set.of(Roles.SENIOR)),
                item,
                decisionId,
                Optional.empty());
    }

    /** What people say of a drawn item; what one reviewer alone decided does not count. */
    private static void answered(Handle handle, ItemRow item, Optional<Row> inForce) {
        PromiseDraws.answered(
                handle,
                item.candidate().tenant(),
                item.itemId(),
                inForce.filter(row -> row.stage() != Stage.FIRST).map(Row::decision));
    }

    private void requireUndoable(Person person, ItemRow item, Row undone) {
        Problem.ALREADY_DECIDED.when(
                !item.decisionId().equals(Optional.of(undone.id())),
                "Decision " + undone.id() + " is not the latest about this item any more.");
        if (item.stage() != Stage.CLOSED && item.isHeld()) {
            throw Problem.ALREADY_DECIDED.with(
                    "Another person has the item now; ask them, or a senior once it is decided.");
        }
        // A disagreement is over once one side is taken back; what was handed to the seniors or appealed is not.
        boolean theirs =
                undone.stage() != Stage.SENIOR && !(undone.stage() == Stage.SECOND && undone.kind() == Kind.PROPOSED);
        Problem.NOT_ALLOWED.when(
                item.stage() == Stage.SENIOR && theirs && !person.isSenior(),
                "Item " + item.itemId() + " waits for the seniors since; one of them decides it.");
        boolean own = undone.reviewer().equals(person.name());
        boolean inTime = !undone.at().plus(rules.undoWithin()).isBefore(item.now());
        if (!person.isSenior() && !(own && inTime)) {
            throw Problem.NOT_ALLOWED.with(
                    own
                            ? "Decisions can be undone for "
                                    + rules.undoWithin().toMinutes()
                                    + " minutes (bulwark.review.undo-within); a senior can undo it at any time."
                            : "Only a senior undoes what others decided.");
        }
    }

    /**
     * A person who proposed one side of what two people are to agree on is not the second, nor the judge; nor does
     * a person judge an appeal against what they decided or agreed to.
     */
    private static void requireNoPart(Person person, ItemRow item, List<Row> rows) {
        List<Row> parts =
                item.origins().contains(Origin.APPEAL) ? DecisionRows.parts(rows) : DecisionRows.standing(rows);
        if (parts.stream().anyMatch(row -> row.reviewer().equals(person.name()))) {
            throw Problem.NOT_ALLOWED.with(
                    "You had a part in a decision on this item; another person has to decide on it.");
        }
    }

    /** @param notBy who may not decide it then */
    private void reopen(
            Handle handle,
            Person person,
            ItemRow item,
            Row undone,
            Stage stage,
            Optional<String> notBy,
            Optional<UUID> leaseId) {
        handle.execute(
                """
                                UPDATE queue_item SET stage = ?, decision_id = CAST(? AS uuid), closed_at = NULL,
                                first_reviewer = ? WHERE tenant = ? AND item_id = ?""", stage.name(), undone.replaces().orElse(null), notBy.orElse(null), person.tenant(), item.itemId());
        leaseId.ifPresent(lease -> handle.execute(
                """
                                UPDATE queue_item SET lease_id = ?, lease_holder = ?, lease_since = clock_timestamp(),
                                lease_until = clock_timestamp() + make_interval(secs => ?) WHERE tenant = ? AND item_id = ?""", lease, person.name(), rules.lease().toMillis() / 1000.0, person.tenant(), item.itemId()));
    }

    private static void propose(Handle handle, Person person, ItemRow item, Answer answer, String label) {
        handle.execute(
                """
                                INSERT INTO bank_proposal (tenant, decision_id, image_id, content_sha256, label, proposed_by)
                                VALUES (?, ?, ?, ?, ?, ?)""",
                person.tenant(),
                answer.decisionId(),
                item.candidate().imageId(),
                answer.contentSha256(),
                label,
                person.name());
    }

    private static void withdrawProposal(Handle handle, Person person, UUID decisionId) {
        handle.execute("""
                UPDATE bank_proposal SET state = 'WITHDRAWN', answered_by = ?,
                answered_at = clock_timestamp()
                WHERE tenant = ? AND decision_id = ? AND state = 'OPEN'""", person.name(), person.tenant(), decisionId);
    }

    private void publish(Handle handle, ItemRow item, Row row, Optional<String> reason, boolean addToBank) {
        ReviewCandidate candidate = item.candidate();
        Review review = Review.newBuilder()
                .setDecisionId(row.id().toString())
                .setTenant(candidate.tenant())
                .setImageId(candidate.imageId())
                .setContentSha256(candidate.contentSha256())
                .setUpload(Optional.ofNullable(candidate.upload())
                        .map(at -> new RecordCoordinates(at.topic(), at.partition(), at.offset()))
                        .orElse(null))
                .setReviewer(row.reviewer())
                .setDecision(Decision.valueOf(row.decision()))
                .setLabels(row.labels())
                .setReason(reason.orElse(null))
                .setAddToBank(addToBank)
                .setAt(row.at())
                .build();
        Context upload = item.trace().map(TraceHeaders::parse).orElse(Context.current());
        try (Tracing.Step step = tracing.beginLinked("review", upload, Context.current())) {
            Outbox.add(handle, candidate.tenant(), row.id(), Outbox.Kind.REVIEW, review, step.context());
        }
    }

    private static void requireSense(Answer answer) {
        require(
                answer.decision().equals("SAFE") || answer.decision().equals("NSFW"),
                "A person decides SAFE or NSFW, not " + answer.decision() + ".");
        require(
                !answer.decision().equals("NSFW") || !answer.labels().isEmpty(),
                "NSFW needs at least one label that says why.");
        require(
                !answer.labels().contains(RestrictedDecisions.LABEL)
                        && answer.bankLabel()
                                .filter(RestrictedDecisions.LABEL::equals)
                                .isEmpty(),
                "The label '" + RestrictedDecisions.LABEL + "' is not for people: it marks designated staff's cases.");
        require(
                answer.alike().size() + answer.near().size() <= AlikeItems.MOST,
                "A decision names at most " + AlikeItems.MOST + " other items.");
        require(
                answer.labels().size() <= MOST_LABELS
                        && answer.labels().stream()
                                .allMatch(label -> !label.isBlank() && label.length() <= MOST_LETTERS),
                "Labels are at most " + MOST_LABELS + " texts of 1 to " + MOST_LETTERS + " characters.");
        require(
                answer.reason().filter(words -> words.length() > MOST_WORDS).isEmpty(),
                "A reason has at most " + MOST_WORDS + " characters.");
        require(
                answer.bankLabel()
                        .filter(label -> label.isBlank() || label.length() > MOST_LETTERS)
                        .isEmpty(),
                "The bank's label has 1 to " + MOST_LETTERS + " characters.");
    }

    private static void require(boolean holds, String fault) {
        Problem.BAD_PARAMETER.when(!holds, fault);
    }

    /**
     * What a reviewer decided.
     *
     * @param itemId about which item
     * @param leaseId proves the claim
     * @param decisionId made by the reviewer's program, so that a repeated request is the same decision
     * @param contentSha256 of the picture that was displayed
     * @param decision SAFE or NSFW
     * @param labels what was seen; for NSFW at least one
     * @param reason in words
     * @param bankLabel under which the image is to be proposed for the bank, if at all
     * @param alike items of the same file that it also decides, as far as the person might claim them
     * @param near the near-equal items, displayed to the reviewer, that it also decides, as far as they might claim them
     */
    public record Answer(
            UUID itemId,
            UUID leaseId,
            UUID decisionId,
            String contentSha256,
            String decision,
            List<String> labels,
            Optional<String> reason,
            Optional<String> bankLabel,
            Set<UUID> alike,
            Set<UUID> near) {

        public Answer {
            labels = List.copyOf(labels);
            alike = Set.copyOf(alike);
            near = Set.copyOf(near);
        }

        /** About one item alone. */
        public Answer(
                UUID itemId,
                UUID leaseId,
                UUID decisionId,
                String contentSha256,
                String decision,
                List<String> labels,
                Optional<String> reason,
                Optional<String> bankLabel) {
            this(itemId, leaseId, decisionId, contentSha256, decision, labels, reason, bankLabel, Set.of(), Set.of());
        }

        boolean isAboutOthers() {
            return !alike.isEmpty() || !near.isEmpty();
        }

        Answer with(List<String> others) {
            return new Answer(
                    itemId, leaseId, decisionId, contentSha256, decision, others, reason, bankLabel, alike, near);
        }

        /** The same of another item, which is not proposed for the bank a second time. */
        Answer about(ItemRow other) {
            return new Answer(
                    other.itemId(),
                    leaseId,
                    AlikeItems.decisionId(decisionId, other.itemId()),
                    other.candidate().contentSha256(),
                    decision,
                    labels,
                    reason,
                    Optional.empty());
        }
    }

    /**
     * What became of an answer.
     *
     * @param decisionId the decision's
     * @param state whether it holds
     * @param leaseId the new claim after an undo; else null
     * @param alike how many copies and near-equal items were decided or taken back too; null where none was named
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "OutcomeDocument")
    public record Outcome(
            UUID decisionId,
            @Schema(implementation = String.class) State state,
            UUID leaseId,
            Integer alike) {

        Outcome with(int others) {
            return new Outcome(decisionId, state, leaseId, others);
        }

        /** Whether it holds. */
        public enum State {
            /** It holds, and is published. */
            IN_FORCE,
            /** It needs a second reviewer, or a senior. */
            PROPOSED,
            /** It was taken back; the person who took it back holds the item. */
            UNDONE
        }
    }
}

package io.bulwark.stream.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.PolicyDocument;
import io.bulwark.schemas.policy.PolicyRecords;
import io.bulwark.schemas.policy.PolicyRecords.PolicyVersion;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.policy.DrawnEffect.PolicyTimes;
import io.bulwark.stream.policy.PolicyRows.Kind;
import io.bulwark.stream.policy.PolicyRows.PolicyChange;
import io.bulwark.stream.policy.PolicyState.Difference;
import io.bulwark.stream.policy.PolicyState.Policy;
import io.bulwark.stream.policy.PolicyState.Rule;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.Nullable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;

/**
 * What people do with the policies of their tenant: one proposes, another approves, and each may go back to an earlier
 * one. A change edits thresholds and rules of labels; what a policy was made for, and what else a calibration found,
 * stays. The database's row is changed and put into the outbox in one transaction. Thread-safe.
 */
public final class Policies {

    private static final int MOST_CHANGES = 100;
    private static final int MOST_LABELS = 200;
    private static final int MOST_LETTERS = 200;
    private static final int MOST_NOTE = 4000;
    private static final Set<String> ACTIONS = Set.of("FLAG", "REVIEW", "IGNORE");

    /** Bytes of a tenant's record as JSON, which is longer than what is published: a producer sends up to 1 MiB. */
    private static final int MOST_RECORD = 900_000;

    private final Database database;
    private final Publication publication;

    public Policies(Database database, Publication publication) {
        this.database = database;
        this.publication = publication;
    }

    /** Puts a record into the outbox. */
    @FunctionalInterface
    public interface Publication {

        /** @param id unique in the tenant's outbox */
        void add(Handle handle, UUID id, PolicyState record);
    }

    /**
     * How a tenant's policies stand.
     *
     * @param revision names this state in the requests that change it; 0 where the tenant has no record
     * @param inherited whether what is in force is that of tenant {@code default}
     * @param publishing whether a change is on its way to the workers
     * @param inForce what decides; null where workers decide by their own settings
     * @param proposal what is proposed; null where nothing is
     * @param differences what the proposal changes of what is in force
     * @param shadow what the proposal would have decided of the verdicts since then
     * @param history what was in force before, newest first
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "PoliciesDocument")
    public record Standing(
            long revision,
            boolean inherited,
            boolean publishing,
            @Nullable Policy inForce,
            @Nullable Policy proposal,
            @Nullable List<Difference> differences,
            @Nullable ShadowCounts.Shadow shadow,
            List<Earlier> history) {}

    /**
     * A policy that was in force before.
     *
     * @param differences what going back to it changes
     * @param fits whether it was made for the same bank, model and views
     */
    @Schema(name = "EarlierPolicyDocument")
    public record Earlier(Policy policy, List<Difference> differences, boolean fits) {}

    /**
     * What is to be proposed. What is left out stays as it is in force.
     *
     * @param revision of the state that it was made from
     * @param labels all rules of labels
     * @param note why, 1 to 4,000 characters
     */
    @Schema(name = "PolicyProposal")
    public record Proposal(
            Long revision,
            @Nullable Double flag,
            @Nullable Double safe,
            @Nullable Map<String, Rule> labels,
            String note) {}

    /** How it stands now. */
    public Standing standing(String tenant) {
        return database.list(tenant, handle -> standing(handle, tenant));
    }

    /** The last {@value #MOST_CHANGES} things that were done, newest first. */
    public List<PolicyChange> changes(String tenant) {
        return database.list(tenant, handle -> PolicyRows.changes(handle, tenant, MOST_CHANGES));
    }

    /**
     * When which thresholds were in force, for scores of earlier decisions. Before a tenant's first policy those of
     * tenant {@code default} decided.
     */
    public PolicyTimes times(String tenant) {
        return database.list(tenant, handle -> {
            PolicyState state = PolicyRows.find(handle, tenant).state();
            List<Policy> before = new ArrayList<>(state.history());
            PolicyRows.everybodys(handle).ifPresent(before::add);
            before.addAll(PolicyRows.everybodysHistory(handle));
            return new PolicyTimes(inForce(handle, state).orElseThrow(Policies::none), before);
        });
    }

    private static Standing standing(Handle handle, String tenant) {
        PolicyRows.Row row = PolicyRows.find(handle, tenant);
        PolicyState state = row.state();
        Policy inForce = inForce(handle, state).orElse(null);
        Policy proposal = state.shadow();
        return new Standing(
                state.revision(),
                state.inForce() == null && inForce != null,
                row.pending(),
                inForce,
                proposal,
                proposal == null ? null : inForce == null ? List.of() : inForce.differences(proposal),
                proposal == null ? null : ShadowCounts.of(handle, tenant, proposal),
                state.history().stream()
                        .map(earlier -> new Earlier(
                                earlier,
                                inForce == null ? List.of() : inForce.differences(earlier),
                                inForce != null && inForce.madeFor().equals(earlier.madeFor())))
                        .toList());
    }

    /** What decides for the tenant of a record. */
    private static Optional<Policy> inForce(Handle handle, PolicyState state) {
        return Optional.ofNullable(state.inForce()).or(() -> PolicyRows.everybodys(handle));
    }

    /**
     * Proposes a policy in the place of an earlier proposal. Workers then run it beside what is in force.
     *
     * @param person who proposes
     * @throws ProblemException where the state is another one by now, nothing is in force to change, a value is not
     *     allowed, or the same decides already
     */
    public Standing propose(String tenant, String person, Proposal given) {
        requireNote(given.note(), 1);
        return change(tenant, given.revision(), (handle, state) -> {
            Policy inForce = inForce(handle, state).orElseThrow(Policies::none);
            PolicyDocument proposal = edited(inForce, given, person);
            Problem.BAD_PARAMETER.when(
                    state.inForce() != null
                            && PolicyRecords.isSame(state.inForce().document(), proposal),
                    "This is what is in force.");
            ShadowCounts.begin(handle, tenant);
            PolicyState next = PolicyState.of(PolicyRecords.proposed(state.record(), proposal));
            note(handle, Kind.PROPOSED, next, person, inForce, next.shadow(), given.note());
            return next;
        });
    }

    /** Takes back what is proposed. */
    public Standing withdraw(String tenant, String person, Long revision) {
        return change(tenant, revision, (handle, state) -> {
            Policy proposal = proposal(state);
            PolicyState next = PolicyState.of(PolicyRecords.proposed(state.record(), null));
            note(handle, Kind.WITHDRAWN, next, person, inForce(handle, state).orElse(proposal), proposal, null);
            return next;
        });
    }

    /**
     * Puts what is proposed in force.
     *
     * @param person another one than its author
     */
    public Standing approve(String tenant, String person, Long revision, @Nullable String note) {
        requireNote(note, 0);
        return change(tenant, revision, (handle, state) -> {
            Policy proposal = proposal(state);
            if (PolicyRecords.isAuthor(proposal.document(), person)) {
                throw Problem.NOT_ALLOWED.with("You proposed this policy; another person has to approve it.");
            }
            PolicyState next = PolicyState.of(PolicyRecords.approved(state.record(), person, now()));
            note(handle, Kind.APPROVED, next, person, inForce(handle, state).orElse(proposal), proposal, note);
            return next;
        });
    }

    /**
     * Puts an earlier policy in force again, at once: it was approved before.
     *
     * @param version of one in the history; null for the newest
     */
    public Standing rollBack(String tenant, String person, Long revision, @Nullable String version, String note) {
        requireNote(note, 1);
        return change(tenant, revision, (handle, state) -> {
            Policy earlier = state.history().stream()
                    .filter(each -> version == null || each.version().equals(version))
                    .findFirst()
                    .orElseThrow(() -> Problem.BAD_PARAMETER.with("There is no earlier policy of this version."));
            Policy inForce = state.inForce();
            Problem.BAD_PARAMETER.when(
                    !inForce.madeFor().equals(earlier.madeFor()),
                    "It was made for another bank, model or views than the one in force, so the workers of now do not take"
                            + " it. Workers of the model that it was made for take it by themselves.");
            PolicyState next = PolicyState.of(
                    PolicyRecords.rolledBack(state.record(), earlier.document(), person, Optional.of(note), now()));
            note(handle, Kind.ROLLED_BACK, next, person, inForce, next.inForce(), note);
            return next;
        });
    }

    private interface Change {
        PolicyState of(Handle handle, PolicyState state);
    }

    private Standing change(String tenant, Long revision, Change change) {
        Problem.BAD_PARAMETER.when(revision == null, "revision is missing.");
        return database.inTenant(tenant, handle -> {
            PolicyState state = PolicyRows.lock(handle, tenant).state();
            if (state.revision() != revision) {
                throw Problem.POLICY_CHANGED.with("The policies have revision " + state.revision() + " now, and not "
                        + revision + ". Look at them again and repeat the change.");
            }
            PolicyState next = change.of(handle, state);
            Problem.BAD_PARAMETER.when(
                    PolicyRows.written(next).getBytes(StandardCharsets.UTF_8).length > MOST_RECORD,
                    "The tenant's policies, earlier ones included, are longer than a record may be. Use fewer labels.");
            PolicyRows.put(handle, next, true);
            publication.add(handle, UUID.randomUUID(), next);
            return standing(handle, tenant);
        });
    }

    private static void note(
            Handle handle, Kind kind, PolicyState next, String person, Policy inForce, Policy about, String note) {
        PolicyRows.note(handle, kind, next, person, about.version(), inForce.differences(about), note);
    }

    private static Policy proposal(PolicyState state) {
        return Optional.ofNullable(state.shadow())
                .orElseThrow(() -> Problem.BAD_PARAMETER.with("Nothing is proposed."));
    }

    /** Milliseconds, as the topic has them. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static ProblemException none() {
        return Problem.NO_POLICY.exception();
    }

    private static PolicyDocument edited(Policy inForce, Proposal given, String person) {
        double flag = given.flag() == null ? inForce.flag() : given.flag();
        double safe = given.safe() == null ? inForce.safe() : given.safe();
        requireThresholds("The policy", flag, safe);
        Map<String, Rule> labels = given.labels() == null ? inForce.labels() : given.labels();
        Problem.BAD_PARAMETER.when(labels.size() > MOST_LABELS, "A policy has at most " + MOST_LABELS + " labels.");
        labels.forEach((label, rule) -> requireRule(label, rule, flag, safe));
        Problem.BAD_PARAMETER.when(
                labels.values().stream().allMatch(rule -> rule.action().equals("IGNORE")),
                "At least one label is flagged or reviewed.");
        Policy edited = new Policy(
                "",
                flag,
                safe,
                labels,
                inForce.madeFor(),
                inForce.k(),
                inForce.temperature(),
                inForce.floor(),
                inForce.knownSimilarity(),
                inForce.unfamiliar(),
                inForce.flaggedClasses(),
                Map.of(), // what was measured, was of other thresholds
                person,
                now(),
                null,
                null,
                given.note().strip());
        PolicyDocument document = edited.document();
        return PolicyDocument.newBuilder(document)
                .setVersion(PolicyVersion.of(document))
                .build();
    }

    private static void requireRule(String label, Rule rule, double flag, double safe) {
        Problem.BAD_PARAMETER.when(
                label.isBlank() || label.length() > MOST_LETTERS || label.indexOf('\0') >= 0,
                "A label has 1 to " + MOST_LETTERS + " characters, none of them U+0000.");
        Problem.BAD_PARAMETER.when(
                rule == null || rule.action() == null || !ACTIONS.contains(rule.action()),
                "The action of " + label + " is one of FLAG, REVIEW, IGNORE.");
        requireThresholds(label, rule.flag() == null ? flag : rule.flag(), rule.safe() == null ? safe : rule.safe());
    }

    private static void requireThresholds(String what, double flag, double safe) {
        Problem.BAD_PARAMETER.when(
                !(flag > 0 && flag <= 1 && safe >= 0 && safe < flag),
                what + " has flag " + flag + " and safe " + safe + "; allowed is 0 <= safe < flag <= 1.");
    }

    private static void requireNote(String note, int least) {
        String text = note == null ? "" : note.strip();
        Problem.BAD_PARAMETER.when(
                text.length() < least || text.length() > MOST_NOTE || text.indexOf('\0') >= 0,
                "A note has " + least + " to " + MOST_NOTE + " characters, none of them U+0000.");
    }
}

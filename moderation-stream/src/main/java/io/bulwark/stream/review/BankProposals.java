package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Images that reviewers propose for the bank. No person approves their own. An approval puts the references into the
 * outbox, in the transaction that names who approved.
 *
 * <p>Thread-safe.
 */
public final class BankProposals {

    private final Database database;
    private final ReferenceSource source;

    /**
     * @param source finds how a picture was seen
     */
    public BankProposals(Database database, ReferenceSource source) {
        this.database = database;
        this.source = source;
    }

    /** Finds how a picture was seen. Thread-safe. */
    @FunctionalInterface
    public interface ReferenceSource {

        /**
         * @param views names of views besides the whole picture that become rows of the reference; all there are where
         *     the picture is an animation
         * @throws ProblemException where the embedding is gone, is of another model than the bank, or has no such view,
         *     or Kafka does not answer in time
         */
        KafkaReferences.SeenPicture find(KafkaReferences.PictureWanted wanted, List<String> views);
    }

    /** A proposal that waits for an answer. */
    @Schema(name = "ProposalDocument")
    public record Proposal(
            UUID decisionId,
            String imageId,
            String contentSha256,
            String label,
            String proposedBy,
            Instant proposedAt) {}

    /**
     * That the decision it came with, or one like it, holds: one of two people alone, or one overruled, teaches
     * nothing.
     */
    private static final String HOLDS = """
            \sAND EXISTS (SELECT FROM queue_item item
            JOIN decision last ON last.tenant = item.tenant AND last.image_id = item.image_id
            AND last.decision_id = item.decision_id AND last.kind = 'DECIDED'
            JOIN decision own ON own.tenant = item.tenant AND own.image_id = item.image_id
            AND own.decision_id = bank_proposal.decision_id AND own.decision = last.decision
            WHERE item.tenant = bank_proposal.tenant AND item.image_id = bank_proposal.image_id
            AND item.content_sha256 = bank_proposal.content_sha256 AND item.golden_for = ''
            AND item.stage = 'CLOSED')""";

    /** The oldest proposals that wait and whose decision holds, {@code most} at most. */
    public List<Proposal> open(Person person, int most) {
        return database.inTenant(
                person.tenant(),
                handle -> handle.select(
                                "SELECT * FROM bank_proposal WHERE tenant = ? AND state = 'OPEN'"
                                        + HOLDS
                                        + " ORDER BY proposed_at, decision_id LIMIT ?",
                                person.tenant(),
                                most)
                        .map(ConstructorMapper.of(Proposal.class))
                        .list());
    }

    /**
     * Refuses a proposal.
     *
     * @throws ProblemException where it is not open, or their own
     */
    public void refuse(Person person, UUID decisionId) {
        database.inTenant(person.tenant(), handle -> {
            Proposal proposal = lockOpen(handle, person, decisionId);
            close(handle, person, proposal, "REFUSED");
            return tell(handle, person, "bank.refused", proposal, Map.of());
        });
    }

    /**
     * Approves a proposal: its picture becomes a reference.
     *
     * @param views names of views besides the whole picture that become rows of the reference
     * @return the keys of the references on {@code moderation.references}
     * @throws ProblemException where it is not open, or their own, or there is nothing to make a reference of
     * @throws ProblemException where Kafka does not tell how the picture was seen
     */
    public List<String> approve(Person person, UUID decisionId, List<String> views) {
        KafkaReferences.PictureWanted wanted = database.inTenant(person.tenant(), handle -> {
            Proposal proposal = lockOpen(handle, person, decisionId);
            return new KafkaReferences.PictureWanted(
                    person.tenant(), proposal.imageId(), proposal.contentSha256(), knownAt(handle, person, proposal));
        });
        KafkaReferences.SeenPicture picture = source.find(wanted, views);
        return database.inTenant(person.tenant(), handle -> {
            Proposal proposal = lockOpen(handle, person, decisionId);
            var references = Outbox.ApprovedReferences.of(proposal, person, picture, now(handle));
            List<String> keys = references.references().stream()
                    .map(Outbox.ApprovedReferences.Row::key)
                    .toList();
            close(handle, person, proposal, "APPROVED");
            Outbox.add(handle, person.tenant(), references.id(), Outbox.Kind.REFERENCES, references, Context.current());
            tell(handle, person, "bank.approved", proposal, Map.of("references", keys, "views", views));
            return keys;
        });
    }

    /**
     * Deletes the references that people approved of a file, in the caller's transaction. The audit log knows their keys.
     *
     * @param contentSha256 of the file
     */
    public static void deleteReferences(Handle handle, String tenant, String contentSha256) {
        List<String> keys =
                handle.select("""
                        SELECT key FROM bank_proposal JOIN audit_log ON audit_log.tenant = bank_proposal.tenant
                        AND action = 'bank.approved' AND subject = 'decision/' || decision_id
                        AND at BETWEEN answered_at - interval '1 day' AND answered_at + interval '1 day'
                        CROSS JOIN jsonb_array_elements_text(CAST(details AS jsonb) -> 'references') AS key
                        WHERE bank_proposal.tenant = ? AND content_sha256 = ? AND state = 'APPROVED'""", tenant, contentSha256).mapTo(String.class).list();
        if (!keys.isEmpty()) {
            var deletion = Outbox.ApprovedReferences.deletion(tenant, keys, now(handle));
            Outbox.add(handle, tenant, deletion.id(), Outbox.Kind.REFERENCES, deletion, Context.current());
        }
    }

    private static Proposal lockOpen(Handle handle, Person person, UUID decisionId) {
        Proposal proposal = handle.select("""
                SELECT * FROM bank_proposal
                WHERE tenant = ? AND decision_id = ? AND state = 'OPEN'""" + HOLDS + " FOR UPDATE", person.tenant(), decisionId)
                .map(ConstructorMapper.of(Proposal.class))
                .findOne()
                .orElseThrow(() -> Problem.NOT_FOUND.with("No open proposal belongs to decision " + decisionId + "."));
        Problem.NOT_ALLOWED.when(proposal.proposedBy().equals(person.name()), "You cannot answer your own proposal.");
        return proposal;
    }

    /** The item came into the queue after its verdict. */
    private static Instant knownAt(Handle handle, Person person, Proposal proposal) {
        return handle.select("""
                SELECT min(arrived_at) FROM queue_item WHERE tenant = ?
                AND image_id = ? AND content_sha256 = ? AND golden_for = ''""", person.tenant(), proposal.imageId(), proposal.contentSha256())
                .mapTo(Instant.class)
                .findOne()
                .orElse(proposal.proposedAt());
    }

    private static void close(Handle handle, Person person, Proposal proposal, String state) {
        handle.execute("""
                UPDATE bank_proposal SET state = ?, answered_by = ?,
                answered_at = clock_timestamp() WHERE tenant = ? AND decision_id = ?""", state, person.name(), person.tenant(), proposal.decisionId());
    }

    private Void tell(Handle handle, Person person, String action, Proposal proposal, Map<String, ?> more) {
        var details = new HashMap<String, Object>(more);
        details.put("proposedBy", proposal.proposedBy());
        details.put("label", proposal.label());
        person.log(handle, action, "decision/" + proposal.decisionId(), details);

        return null;
    }

    private static Instant now(Handle handle) {
        return handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
    }
}

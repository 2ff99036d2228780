package io.bulwark.stream.review.decide;

import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.ReviewRefusedException;
import io.bulwark.stream.review.ReviewRefusedException.Kind;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Images that reviewers propose for the bank. Nobody approves their own. Thread-safe. */
public final class BankProposals {

    private final Database database;
    private final AuditLog log;

    public BankProposals(Database database, AuditLog log) {
        this.database = database;
        this.log = log;
    }

    /** A proposal that waits for an answer. */
    public record Proposal(
            UUID decisionId,
            String imageId,
            String contentSha256,
            String label,
            String proposedBy,
            Instant proposedAt) {}

    /** The oldest proposals that wait; at most so many. */
    public List<Proposal> open(Person person, int most) {
        return database.inTenant(
                person.tenant(),
                handle -> handle.createQuery("SELECT * FROM bank_proposal WHERE tenant = :tenant AND state = 'OPEN'"
                                + " ORDER BY proposed_at, decision_id LIMIT :most")
                        .bind("tenant", person.tenant())
                        .bind("most", most)
                        .map((row, context) -> new Proposal(
                                row.getObject("decision_id", UUID.class),
                                row.getString("image_id"),
                                row.getString("content_sha256"),
                                row.getString("label"),
                                row.getString("proposed_by"),
                                row.getObject("proposed_at", OffsetDateTime.class)
                                        .toInstant()))
                        .list());
    }

    /**
     * Approves or refuses a proposal.
     *
     * @throws ReviewRefusedException where it is not open, or their own
     */
    public void answer(Person person, UUID decisionId, boolean approved) {
        database.inTenant(person.tenant(), handle -> {
            String proposer = handle.createQuery("SELECT proposed_by FROM bank_proposal"
                            + " WHERE tenant = :tenant AND decision_id = :decision AND state = 'OPEN' FOR UPDATE")
                    .bind("tenant", person.tenant())
                    .bind("decision", decisionId)
                    .mapTo(String.class)
                    .findOne()
                    .orElseThrow(() -> new ReviewRefusedException(
                            Kind.NOT_FOUND, "No open proposal belongs to decision " + decisionId + "."));
            if (proposer.equals(person.name())) {
                throw new ReviewRefusedException(Kind.NOT_ALLOWED, "Nobody answers their own proposal.");
            }
            handle.createUpdate("UPDATE bank_proposal SET state = :state, answered_by = :person,"
                            + " answered_at = clock_timestamp() WHERE tenant = :tenant AND decision_id = :decision")
                    .bind("state", approved ? "APPROVED" : "REFUSED")
                    .bind("person", person.name())
                    .bind("tenant", person.tenant())
                    .bind("decision", decisionId)
                    .execute();
            return log.append(
                    handle,
                    new AuditLog.Entry(
                            person.tenant(),
                            person.name(),
                            approved ? "bank.approved" : "bank.refused",
                            "decision/" + decisionId,
                            Map.of("proposedBy", proposer)));
        });
    }
}

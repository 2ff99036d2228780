package io.bulwark.service.pipeline;

import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.outcome.AuditWriter;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.policy.PolicyShelf;
import java.util.Optional;

/**
 * The parts that decide an upload. All of them serve many threads at once.
 *
 * @param twin present where a twin runs
 * @param embeddings whether each answer carries the image's embeddings
 */
public record DecisionSteps(BankShelf shelf, PolicyShelf policies, VerdictWriter verdicts, Optional<OfTwin> twin, boolean embeddings) {

    /** The parts by which the twin decides and is compared. All of them serve many threads at once. */
    public record OfTwin(BankShelf shelf, TwinPolicies policies, TwinAuditor auditor, AuditWriter audits) {}
}

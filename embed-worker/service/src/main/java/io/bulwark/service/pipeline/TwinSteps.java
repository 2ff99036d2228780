package io.bulwark.service.pipeline;

import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.outcome.AuditWriter;

/** The parts by which the twin decides and is compared. All of them serve many threads at once. */
public record TwinSteps(BankShelf shelf, TwinPolicies policies, TwinAuditor auditor, AuditWriter audits) {}

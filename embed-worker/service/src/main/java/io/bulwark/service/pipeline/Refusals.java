package io.bulwark.service.pipeline;

import io.bulwark.events.Reason;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.UploadFacts;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.policy.PolicyShelf;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.Optional;
import java.util.function.Supplier;

/** Ends the way of an upload that cannot be looked at. Any thread. */
final class Refusals {

    private final VerdictWriter verdicts;
    private final PolicyShelf policies;
    private final Supplier<String> bankVersion;

    Refusals(VerdictWriter verdicts, PolicyShelf policies, Supplier<String> bankVersion) {
        this.verdicts = verdicts;
        this.policies = policies;
        this.bankVersion = bankVersion;
    }

    /** Refuses an upload whose event was read. */
    void refuse(UploadWork work, Reason reason, String detail) {
        UploadFacts facts = work.facts().orElseThrow();
        work.flight()
                .complete(new Outcome.Answered(verdicts.refused(
                        facts,
                        reason,
                        detail,
                        work.sha256(),
                        policies.version(facts.tenant()),
                        bankVersion.get(),
                        work.timings())));
    }

    /** Refuses in the decoder's words. */
    void refuse(UploadWork work, DecodeResult.Refused refused) {
        refuse(work, VerdictWriter.reason(refused.refusal()), refused.detail());
    }

    /** Something threw that should not: refused where it is known to be an upload, else a dead letter. */
    void unexpected(UploadWork work, Reason reason, String detail, Throwable failure) {
        WorkerLog.unexpected(
                "preparation",
                work.flight().partition().partition(),
                work.flight().offset(),
                failure);
        String found = detail + ": " + failure.getClass().getSimpleName();
        Optional<UploadFacts> facts = work.facts();
        if (facts.isPresent()) {
            refuse(work, reason, found);
        } else {
            work.flight().deadLetter("UNEXPECTED", found);
        }
    }
}

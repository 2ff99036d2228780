package io.bulwark.service.pipeline;

import io.bulwark.events.Reason;
import io.bulwark.imaging.process.PictureRead;
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

    /** Refuses what could not be read, each way of that in its own words. */
    void refuse(UploadWork work, PictureRead unread) {
        if (unread instanceof PictureRead.Refused refused) {
            refuse(work, VerdictWriter.reason(refused.refusal()), refused.detail());
        } else if (unread instanceof PictureRead.Overdue overdue) {
            refuse(
                    work,
                    Reason.DECODE_TIMEOUT,
                    "The file could not be decoded within " + overdue.allowed().toMillis()
                            + " ms (bulwark.decode.deadline)");
        } else if (unread instanceof PictureRead.Deadly deadly) {
            WorkerLog.deadlyFile(
                    work.flight().partition().partition(), work.flight().offset(), deadly.how());
            refuse(work, Reason.DECODER_FAILED, "Two processes died while they decoded the file");
        } else if (unread instanceof PictureRead.Broken broken) {
            WorkerLog.brokenFile(
                    work.flight().partition().partition(), work.flight().offset(), broken.failure());
            refuse(work, Reason.CORRUPT_IMAGE, "The file breaks the steps that decode it");
        } else {
            throw new IllegalArgumentException("A picture that was seen is no refusal");
        }
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

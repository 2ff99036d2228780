package io.bulwark.service.pipeline;

import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.pipeline.UploadInFlight.UploadFacts;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.Optional;
import java.util.function.Supplier;

/** Ends the way of an upload that cannot be looked at. Any thread. */
record Refusals(VerdictWriter verdicts, SnapshotHolder<PolicySnapshot> policies, Supplier<String> bankVersion) {

    /** Refuses an upload whose event was read. */
    void refuse(UploadInFlight upload, Reason reason, String detail) {
        upload.complete(new Outcome.Answered(verdict(upload, reason, detail)));
    }

    /** The refusal of an upload whose event was read. */
    Verdict verdict(UploadInFlight upload, Reason reason, String detail) {
        UploadFacts facts = upload.facts().orElseThrow();
        return verdicts.refused(
                facts,
                reason,
                detail,
                upload.sha256(),
                PolicySnapshot.version(policies, facts.tenant()),
                bankVersion.get(),
                upload.timings());
    }

    /** Refuses what could not be read, each way of that in its own words. */
    void refuse(UploadInFlight upload, PictureRead unread) {
        if (unread instanceof PictureRead.Refused refused) {
            refuse(upload, VerdictWriter.reason(refused.refusal()), refused.detail());
        } else if (unread instanceof PictureRead.Overdue overdue) {
            refuse(
                    upload,
                    Reason.DECODE_TIMEOUT,
                    "The file could not be decoded within " + overdue.allowed().toMillis()
                            + " ms (bulwark.decode.deadline)");
        } else if (unread instanceof PictureRead.Deadly deadly) {
            WorkerLog.deadlyFile(upload.partition().partition(), upload.offset(), deadly.how());
            refuse(upload, Reason.DECODER_FAILED, "Two processes died while they decoded the file");
        } else if (unread instanceof PictureRead.Broken broken) {
            WorkerLog.brokenFile(upload.partition().partition(), upload.offset(), broken.failure());
            refuse(upload, Reason.CORRUPT_IMAGE, "The file breaks the steps that decode it");
        } else {
            throw new IllegalArgumentException("A picture that was seen is no refusal");
        }
    }

    /** Takes a step of an upload that still waits for its outcome; any exception of the step becomes that outcome. */
    <T> Optional<T> guard(UploadInFlight upload, Supplier<Optional<T>> step) {
        if (upload.isDone()) {
            return Optional.empty();
        }
        try {
            return step.get();
        } catch (ReaderUnavailableException notTheFiles) {
            upload.complete(new Outcome.TryLater(notTheFiles.getMessage()));
        } catch (RuntimeException | StackOverflowError failure) {
            unexpected(upload, failure);
        }
        return Optional.empty();
    }

    /** Refused if it is known to be an upload, else a dead letter. */
    private void unexpected(UploadInFlight upload, Throwable failure) {
        WorkerLog.unexpected("preparation", upload.partition().partition(), upload.offset(), failure);
        String found = "The file breaks the steps that prepare it: "
                + failure.getClass().getSimpleName();
        if (upload.facts().isPresent()) {
            refuse(upload, Reason.CORRUPT_IMAGE, found);
        } else {
            upload.deadLetter("UNEXPECTED", found);
        }
    }
}

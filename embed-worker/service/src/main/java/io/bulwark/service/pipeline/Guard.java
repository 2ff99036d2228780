package io.bulwark.service.pipeline;

import io.bulwark.events.Reason;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import io.bulwark.service.outcome.Outcome;
import java.util.Optional;
import java.util.function.Supplier;

/** The last line of defence: whatever a step throws is that upload's outcome. Any thread. */
final class Guard {

    private final Refusals refusals;

    Guard(Refusals refusals) {
        this.refusals = refusals;
    }

    /** Takes a step of an upload that is still waited for; empty where it has its outcome. */
    <T> Optional<T> run(UploadWork work, Supplier<Optional<T>> step) {
        if (work.flight().isDone()) {
            return Optional.empty();
        }
        try {
            return step.get();
        } catch (ReaderUnavailableException notTheFiles) {
            work.flight().complete(new Outcome.TryLater(notTheFiles.getMessage()));
        } catch (RuntimeException | StackOverflowError failure) {
            refusals.unexpected(work, Reason.CORRUPT_IMAGE, "The file breaks the steps that prepare it", failure);
        }
        return Optional.empty();
    }
}

package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import java.util.List;

/** What became of one upload. */
public sealed interface Outcome {

    /**
     * There is a verdict, be it a refusal.
     *
     * @param audits what detectors found, mostly nothing; committed with the verdict or not at all
     */
    record Answered(Verdict verdict, List<AttackAudit> audits) implements Outcome {

        public Answered(Verdict verdict) {
            this(verdict, List.of());
        }
    }

    /** The record is no upload; its bytes go to the dead letters with this story. */
    record DeadLettered(DeadLetterHeaders story) implements Outcome {}

    /** Its location was not fetched promptly: it goes to the topic of deferred uploads, where it is answered at leisure. */
    record Deferred() implements Outcome {}

    /**
     * No answer can be given now, through no fault of the upload: it is read again later.
     *
     * @param detail what is missing
     */
    record TryLater(String detail) implements Outcome {}
}

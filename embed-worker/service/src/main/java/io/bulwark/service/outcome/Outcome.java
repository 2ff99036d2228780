package io.bulwark.service.outcome;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.DeadLetterHeaders;

/** What became of one upload. */
public sealed interface Outcome {

    /** There is a verdict, be it a refusal. */
    record Answered(Verdict verdict) implements Outcome {}

    /** The record is no upload; its bytes go to the dead letters with this story. */
    record DeadLettered(DeadLetterHeaders story) implements Outcome {}

    /**
     * No answer can be given now, through no fault of the upload: it is read again later.
     *
     * @param detail what is missing
     */
    record TryLater(String detail) implements Outcome {}
}

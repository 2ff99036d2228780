package io.bulwark.stream.decision;

import io.bulwark.events.Erasure;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.stream.missing.AwaitedUpload;
import java.time.Instant;

/** Something that was said about an image. */
public sealed interface Fact {

    /**
     * A worker decided.
     *
     * @param at where the verdict stands
     * @param recorded when the broker took it in
     */
    record Decided(Verdict verdict, RecordCoordinates at, Instant recorded) implements Fact {}

    /**
     * A person decided.
     *
     * @param recorded when the broker took it in
     */
    record Reviewed(Review review, Instant recorded) implements Fact {}

    /** It was uploaded and waits for an answer. */
    record Uploaded(AwaitedUpload upload) implements Fact {}

    /**
     * It, or its uploader, is to be forgotten.
     *
     * @param recorded when the broker took the order in
     */
    record ToErase(Erasure order, Instant recorded) implements Fact {}
}

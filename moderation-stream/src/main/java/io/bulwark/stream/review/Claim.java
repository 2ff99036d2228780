package io.bulwark.stream.review;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An item in the hands of a reviewer.
 *
 * @param itemId the item
 * @param leaseId proves the claim
 * @param leaseUntil when it returns to the queue
 * @param candidate what to look at
 * @param origins why
 * @param strikes of the uploader
 * @param reports of different people
 * @param arrivedAt when it entered the queue
 * @param stage whom it waited for
 */
public record Claim(
        UUID itemId,
        UUID leaseId,
        Instant leaseUntil,
        ReviewCandidate candidate,
        List<Origin> origins,
        int strikes,
        int reports,
        Instant arrivedAt,
        Stage stage) {

    /** A note that somebody left on the item. */
    public record Note(String author, String words, Instant at) {}

    /** What is in the queue of a tenant now. */
    public record QueueState(long waiting, long held, long forSeniors, Optional<Instant> oldest) {}
}

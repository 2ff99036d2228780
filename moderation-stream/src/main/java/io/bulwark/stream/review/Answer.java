package io.bulwark.stream.review;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a reviewer decided.
 *
 * @param itemId about which item
 * @param leaseId proves the claim
 * @param decisionId made by the reviewer's program, so that a repeated request is the same decision
 * @param contentSha256 of the picture that was displayed
 * @param decision SAFE or NSFW
 * @param labels what was seen; for NSFW at least one
 * @param reason in words
 * @param bankLabel under which the image is to be proposed for the bank, if at all
 */
public record Answer(
        UUID itemId,
        UUID leaseId,
        UUID decisionId,
        String contentSha256,
        String decision,
        List<String> labels,
        Optional<String> reason,
        Optional<String> bankLabel) {

    public Answer {
        labels = List.copyOf(labels);
    }
}

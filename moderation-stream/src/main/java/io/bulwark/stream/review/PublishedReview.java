package io.bulwark.stream.review;

import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What {@code moderation.reviews} is to be told: a decision of a person.
 *
 * @param upload where the upload stands; null where that is not known
 * @param reason in words; null without one
 * @param at milliseconds since 1970
 */
record PublishedReview(
        UUID decisionId,
        String tenant,
        String imageId,
        String contentSha256,
        UploadPlace upload,
        String reviewer,
        String decision,
        List<String> labels,
        String reason,
        boolean addToBank,
        long at)
        implements Published {

    @Override
    public UUID id() {
        return decisionId;
    }

    @Override
    public Kind kind() {
        return Kind.REVIEW;
    }

    /** As the topic has it. */
    Review toRecord() {
        return Review.newBuilder()
                .setImageId(imageId)
                .setReviewer(reviewer)
                .setDecision(Decision.valueOf(decision))
                .setReason(reason)
                .setAddToBank(addToBank)
                .setAt(Instant.ofEpochMilli(at))
                .setTenant(tenant)
                .setContentSha256(contentSha256)
                .setUpload(
                        upload == null
                                ? null
                                : new RecordCoordinates(upload.topic(), upload.partition(), upload.offset()))
                .setDecisionId(decisionId.toString())
                .setLabels(labels)
                .build();
    }
}

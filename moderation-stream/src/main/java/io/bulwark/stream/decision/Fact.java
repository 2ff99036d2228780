package io.bulwark.stream.decision;

import io.bulwark.events.Erasure;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import java.time.Instant;
import java.util.List;

/** A statement about an image. */
public sealed interface Fact {

    /**
     * A worker's verdict.
     *
     * @param at where the verdict stands
     * @param recorded when the broker took it in: no clock that runs ahead decides later than that
     */
    record Decided(Verdict verdict, RecordCoordinates at, Instant recorded) implements Fact {

        /** The decision that the verdict makes. */
        ModerationDecision decision() {
            Instant uploadedAt = verdict.getUploadedAt();
            return ModerationDecision.newBuilder()
                    .setTenant(verdict.getTenant())
                    .setImageId(verdict.getImageId())
                    .setUploaderId(verdict.getUploaderId())
                    .setDecision(verdict.getDecision())
                    .setReason(verdict.getReason())
                    .setLabels(labels())
                    .setScore(verdict.getScore())
                    .setDecidedBy(verdict.getDecidedBy())
                    .setSince(earlier(verdict.getDecidedAt(), recorded))
                    .setContentSha256(verdict.getContentSha256())
                    .setUpload(verdict.getUpload())
                    .setUploadedAt(uploadedAt == null ? null : earlier(uploadedAt, recorded))
                    .setVerdict(at)
                    .build();
        }

        /** The review of a verdict that a person gave, as tools wrote it before there were reviews. */
        Reviewed review() {
            return new Reviewed(
                    Review.newBuilder()
                            .setTenant(verdict.getTenant())
                            .setImageId(verdict.getImageId())
                            .setReviewer(verdict.getDecidedBy().getId())
                            .setDecision(verdict.getDecision())
                            .setReason(verdict.getReasonDetail())
                            .setAt(verdict.getDecidedAt())
                            .setContentSha256(verdict.getContentSha256())
                            .setUpload(verdict.getUpload())
                            .setLabels(labels())
                            .build(),
                    recorded);
        }

        private List<String> labels() {
            return verdict.getDecidingLabel() == null ? List.of() : List.of(verdict.getDecidingLabel());
        }
    }

    /**
     * A person's decision. A time after that of its record is set back to it: otherwise no later review could replace
     * it.
     *
     * @param recorded when the broker took it in
     */
    record Reviewed(Review review, Instant recorded) implements Fact {

        public Reviewed {
            if (review.getAt().isAfter(recorded)) {
                review = Review.newBuilder(review).setAt(recorded).build();
            }
        }
    }

    /** An upload that waits for a verdict. */
    record Uploaded(AwaitedUpload upload) implements Fact {}

    /**
     * An order to erase the image, or its uploader.
     *
     * @param recorded when the broker took the order in
     */
    record ToErase(Erasure order, Instant recorded) implements Fact {}

    private static Instant earlier(Instant claimed, Instant recorded) {
        return claimed.isAfter(recorded) ? recorded : claimed;
    }
}

package io.bulwark.stream.decision;

import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import java.time.Instant;
import java.util.List;

/** From verdicts to what decides. */
final class WorkerDecision {

    private WorkerDecision() {}

    /**
     * The decision that a worker's verdict makes.
     *
     * @param at where the verdict stands
     * @param recorded when the broker took it in: no clock that runs ahead decides later than that
     */
    static ModerationDecision of(Verdict verdict, RecordCoordinates at, Instant recorded) {
        return ModerationDecision.newBuilder()
                .setTenant(verdict.getTenant())
                .setImageId(verdict.getImageId())
                .setUploaderId(verdict.getUploaderId())
                .setDecision(verdict.getDecision())
                .setReason(verdict.getReason())
                .setLabels(labels(verdict))
                .setScore(verdict.getScore())
                .setDecidedBy(verdict.getDecidedBy())
                .setSince(notAhead(verdict.getDecidedAt(), recorded))
                .setContentSha256(verdict.getContentSha256())
                .setUpload(verdict.getUpload())
                .setUploadedAt(verdict.getUploadedAt() == null ? null : notAhead(verdict.getUploadedAt(), recorded))
                .setVerdict(at)
                .build();
    }

    /** A verdict that a person gave, as tools wrote it before there were reviews. */
    static Review review(Verdict verdict) {
        return Review.newBuilder()
                .setTenant(verdict.getTenant())
                .setImageId(verdict.getImageId())
                .setReviewer(verdict.getDecidedBy().getId())
                .setDecision(verdict.getDecision())
                .setReason(verdict.getReasonDetail())
                .setAt(verdict.getDecidedAt())
                .setContentSha256(verdict.getContentSha256())
                .setUpload(verdict.getUpload())
                .setLabels(labels(verdict))
                .build();
    }

    /** The review as of the time of its record, where it claims a later one: nothing could follow it. */
    static Review notAhead(Review review, Instant recorded) {
        return review.getAt().isAfter(recorded)
                ? Review.newBuilder(review).setAt(recorded).build()
                : review;
    }

    private static Instant notAhead(Instant said, Instant recorded) {
        return said.isAfter(recorded) ? recorded : said;
    }

    private static List<String> labels(Verdict verdict) {
        return verdict.getDecidingLabel() == null ? List.of() : List.of(verdict.getDecidingLabel());
    }
}

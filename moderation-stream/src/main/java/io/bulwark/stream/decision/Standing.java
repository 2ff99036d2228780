package io.bulwark.stream.decision;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import java.util.List;
import java.util.Optional;

/**
 * Everything that decides about one image. {@link Precedence} makes it of verdicts and reviews. Immutable.
 *
 * @param byWorker the workers' decision on the latest upload; null while only reviews were read
 * @param reviews the latest for each content, newest first and those of campaigns last, at most {@value #MOST_REVIEWS}:
 *     also of other content than the latest, which may be uploaded again
 */
public record Standing(ModerationDecision byWorker, List<Review> reviews) {

    /** The newest reviews are kept. */
    static final int MOST_REVIEWS = 16;

    /** Without verdicts and reviews. */
    public static final Standing NONE = new Standing(null, List.of());

    public Standing {
        reviews = List.copyOf(reviews);
    }

    /**
     * What holds: the newest review of the content that was uploaded last, otherwise the workers' decision on it; empty
     * while no worker has seen the image.
     */
    public Optional<ModerationDecision> inForce() {
        if (byWorker == null) {
            return Optional.empty();
        }
        return Optional.of(reviews.stream()
                .filter(review -> Content.of(review).isSameAs(Content.of(byWorker)))
                .findFirst()
                .map(this::decidedBy)
                .orElse(byWorker));
    }

    private ModerationDecision decidedBy(Review review) {
        return ModerationDecision.newBuilder(byWorker)
                .setDecision(review.getDecision())
                .setReason(null)
                .setLabels(review.getLabels().isEmpty() ? byWorker.getLabels() : review.getLabels())
                .setDecidedBy(new Decider(DeciderKind.REVIEWER, review.getReviewer()))
                .setSince(review.getAt())
                .setDecisionId(review.getDecisionId())
                .build();
    }

    /**
     * Names a content of an image.
     *
     * @param sha256 of the file; null where it could not be fetched
     * @param upload the event that brought it; may be null
     */
    public record Content(String sha256, RecordCoordinates upload) {

        static Content of(ModerationDecision decision) {
            return new Content(decision.getContentSha256(), decision.getUpload());
        }

        static Content of(Review review) {
            return new Content(review.getContentSha256(), review.getUpload());
        }

        /** The same for equal files; without a file that of the upload. */
        String identity() {
            return sha256 != null ? "sha256:" + sha256 : "upload:" + upload;
        }

        /** Equal files, or where one has none, the same upload. */
        boolean isSameAs(Content other) {
            return sha256 != null && other.sha256 != null
                    ? sha256.equals(other.sha256)
                    : upload != null && upload.equals(other.upload);
        }
    }
}

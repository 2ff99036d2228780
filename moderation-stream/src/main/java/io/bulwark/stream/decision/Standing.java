package io.bulwark.stream.decision;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import java.util.List;
import java.util.Optional;

/**
 * All that decides about one image. {@link Precedence} makes it of verdicts and reviews. Immutable.
 *
 * @param byWorker the workers' decision on the latest upload; null while only reviews have come
 * @param reviews the latest of people for each content, newest first and what follows from campaigns last, at most {@value #MOST_REVIEWS}: also those of other
 *     content than the latest, which may be uploaded again
 */
public record Standing(ModerationDecision byWorker, List<Review> reviews) {

    /** More contents under one id than people look at; the newest reviews are kept. */
    static final int MOST_REVIEWS = 16;

    /** Before anything came. */
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
                .filter(review -> Precedence.sameContent(Content.of(review), Content.of(byWorker)))
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
}

package io.bulwark.stream.decision;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.schemas.topic.CampaignReviews;
import io.bulwark.stream.decision.Standing.Content;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What holds for an image, as a pure function of its verdicts and reviews, whatever their order and however often each
 * was read:
 *
 * <ol>
 *   <li>The content in question is that of the latest upload of the image id. The offset says which upload is later; in
 *       different partitions the time at which the broker took them in.
 *   <li>The newest review of that content holds, whatever workers decide before or after it. A review of other content
 *       under the same id does not apply: an approval must not cover a picture uploaded later. It is kept, and applies
 *       again when its content is uploaded again. A confirmed campaign decides only where no person decided about
 *       that content itself.
 *   <li>Without a review the workers' verdict on the latest upload holds; of several the one decided last.
 * </ol>
 *
 * <p>Contents are equal where their SHA-256 is; where one has none (nothing could be fetched), where they came with the
 * same upload.
 */
public final class Precedence {

    private static final List<Decision> STRICTEST_FIRST = List.of(Decision.NSFW, Decision.REFUSED, Decision.REVIEW);

    private static final Comparator<ModerationDecision> VERDICTS = Precedence::compareUploads;

    /** The later wins; two of one instant by anything that does not depend on their order. */
    private static final Comparator<ModerationDecision> LATER = VERDICTS.thenComparing(ModerationDecision::getSince)
            .thenComparing(decision -> -strictness(decision.getDecision()))
            .thenComparing(decision -> String.join(",", decision.getLabels()));

    /** A review of the image itself ranks above one that a campaign made, whichever is later. */
    private static final Comparator<Review> NEWER = Comparator.<Review, Boolean>comparing(
                    review -> !CampaignReviews.isOne(review))
            .thenComparing(Review::getAt)
            .thenComparing(review -> review.getDecisionId() == null ? "" : review.getDecisionId())
            .thenComparing(review -> -strictness(review.getDecision()))
            .thenComparing(Review::getReviewer);

    private Precedence() {}

    /** The standing after a worker's decision. */
    public static Standing after(Standing before, ModerationDecision byWorker) {
        boolean later = before.byWorker() == null || LATER.compare(byWorker, before.byWorker()) > 0;
        return later ? new Standing(byWorker, before.reviews()) : before;
    }

    /**
     * The standing after a review.
     *
     * @param review names the content it is about
     */
    public static Standing after(Standing before, Review review) {
        Map<String, Review> newest = new LinkedHashMap<>();
        before.reviews().forEach(kept -> newest.put(Content.of(kept).identity(), kept));
        newest.merge(
                Content.of(review).identity(), review, (one, other) -> NEWER.compare(one, other) >= 0 ? one : other);
        return new Standing(
                before.byWorker(),
                newest.values().stream()
                        .sorted(NEWER.reversed())
                        .limit(Standing.MOST_REVIEWS)
                        .toList());
    }

    private static int compareUploads(ModerationDecision one, ModerationDecision other) {
        RecordCoordinates mine = one.getUpload();
        RecordCoordinates theirs = other.getUpload();
        if (mine != null
                && theirs != null
                && mine.getTopic().equals(theirs.getTopic())
                && mine.getPartition() == theirs.getPartition()) {
            return Long.compare(mine.getOffset(), theirs.getOffset());
        }
        int times = uploadedAt(one).compareTo(uploadedAt(other));
        return times != 0 ? times : String.valueOf(mine).compareTo(String.valueOf(theirs));
    }

    private static Instant uploadedAt(ModerationDecision decision) {
        return decision.getUploadedAt() == null ? decision.getSince() : decision.getUploadedAt();
    }

    private static int strictness(Decision decision) {
        int place = STRICTEST_FIRST.indexOf(decision);
        return place < 0 ? STRICTEST_FIRST.size() : place;
    }
}

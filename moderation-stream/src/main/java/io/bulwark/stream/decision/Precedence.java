package io.bulwark.stream.decision;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.schemas.topic.CampaignReviews;
import io.bulwark.stream.decision.Precedence.Standing.Content;
import io.bulwark.stream.state.Restriction;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
 *       that content itself. Of a restricted upload only designated staff's order holds.
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

    /** Whether a person decided, and no worker. */
    public static boolean isPerson(Decider decider) {
        return decider.getKind() == DeciderKind.REVIEWER;
    }

    /** When the broker took the upload in; of older workers, which did not write that, when they decided. */
    public static Instant uploadedAt(ModerationDecision decision) {
        return decision.getUploadedAt() == null ? decision.getSince() : decision.getUploadedAt();
    }

    private static int strictness(Decision decision) {
        int place = STRICTEST_FIRST.indexOf(decision);
        return place < 0 ? STRICTEST_FIRST.size() : place;
    }

    /**
     * Everything that decides about one image. {@link Precedence} makes it of verdicts and reviews. Immutable.
     *
     * @param byWorker the workers' decision on the latest upload; null while only reviews were read
     * @param reviews the latest for each content, newest first and those of campaigns last, at most {@value
     *     #MOST_REVIEWS}: also of other content than the latest, which may be uploaded again
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
         * What holds: the newest review of the content that was uploaded last, otherwise the workers' decision on it;
         * empty while no worker has seen the image.
         */
        public Optional<ModerationDecision> inForce() {
            if (byWorker == null) {
                return Optional.empty();
            }
            return Optional.of(reviews.stream()
                    .filter(review -> Content.of(review).isSameAs(Content.of(byWorker)))
                    .filter(review -> !byWorker.getRestricted() || Restriction.isByStaff(review))
                    .findFirst()
                    .map(this::decidedBy)
                    .orElse(byWorker));
        }

        private ModerationDecision decidedBy(Review review) {
            return ModerationDecision.newBuilder(byWorker)
                    .setDecision(review.getDecision())
                    .setReason(null)
                    .setLabels(
                            review.getLabels().isEmpty() && !byWorker.getRestricted()
                                    ? byWorker.getLabels()
                                    : review.getLabels())
                    .setRestricted(false) // only designated staff decide about a restricted upload
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
}

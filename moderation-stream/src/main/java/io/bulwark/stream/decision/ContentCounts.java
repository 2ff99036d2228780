package io.bulwark.stream.decision;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.stream.decision.Precedence.Standing;
import io.bulwark.stream.decision.Precedence.Standing.Content;
import io.bulwark.stream.decision.StoredDecision.EarlierContent;
import io.bulwark.stream.uploader.UploaderChange;
import io.bulwark.stream.uploader.UploaderChange.Contribution;
import io.bulwark.stream.uploader.UploaderProcessor.Strikes.StrikeWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * How an image counts in its uploaders' statistics, and the contents uploaded under its id before. Other content does
 * not replace counted content: a harmless picture in place of a flagged one gives no strike back. A person's decision
 * on an earlier content changes how that is counted.
 *
 * @param latest the content that the decision in force is about; null while no worker has seen the image
 * @param earlier newest first, at most {@value #MOST_EARLIER}; older ones stay counted as they were
 * @param changes of the statistics
 */
record ContentCounts(Contribution latest, List<EarlierContent> earlier, List<UploaderChange> changes) {

    /** As many as reviews of other contents are kept. */
    static final int MOST_EARLIER = Standing.MOST_REVIEWS;

    /** The counts after a standing changed. */
    static ContentCounts after(StoredDecision before, Standing after, StrikeWeights weights) {
        ModerationDecision holds = after.inForce().orElse(null);
        if (holds == null) {
            return new ContentCounts(null, List.of(), List.of());
        }
        var changes = new ArrayList<UploaderChange>();
        Contribution counted = before == null ? null : before.counted();
        boolean same = counted != null && isOfSame(before, after, counted, holds);
        Contribution latest = latest(same ? counted : null, after, holds, weights);
        if (!same) {
            changes.add(UploaderChange.plus(latest));
        } else if (!latest.equals(counted)) {
            changes.add(UploaderChange.minus(counted).and(UploaderChange.plus(latest)));
        }
        var earlier = new ArrayList<EarlierContent>();
        if (counted != null && !same) {
            ModerationDecision byWorker = before.standing().byWorker();
            earlier.add(new EarlierContent(Content.of(byWorker), counted));
        }
        if (before != null) {
            earlier.addAll(before.earlier());
        }
        return new ContentCounts(
                latest,
                earlier.stream()
                        .limit(MOST_EARLIER)
                        .map(content -> reviewed(content, after.reviews(), weights, changes))
                        .toList(),
                changes);
    }

    private static boolean isOfSame(
            StoredDecision before, Standing after, Contribution counted, ModerationDecision holds) {
        return Content.of(before.standing().byWorker()).isSameAs(Content.of(after.byWorker()))
                && counted.uploaderId().equals(holds.getUploaderId());
    }

    private static Contribution latest(
            Contribution counted, Standing after, ModerationDecision holds, StrikeWeights weights) {
        return new Contribution(
                holds.getTenant(),
                holds.getUploaderId(),
                counted == null ? Precedence.uploadedAt(after.byWorker()) : counted.uploadedAt(),
                holds.getDecision(),
                holds.getRestricted() ? 0 : weights.strikes(holds.getDecision(), holds.getLabels())); // no tip-off
    }

    private static EarlierContent reviewed(
            EarlierContent earlier, List<Review> newestFirst, StrikeWeights weights, List<UploaderChange> changes) {
        Contribution counted = earlier.counted();
        Contribution as = newestFirst.stream()
                .filter(review -> Content.of(review).isSameAs(earlier.content()))
                .findFirst()
                .map(review -> as(counted, review, weights))
                .orElse(counted);
        if (as.equals(counted)) {
            return earlier;
        }
        changes.add(UploaderChange.minus(counted).and(UploaderChange.plus(as)));
        return new EarlierContent(earlier.content(), as);
    }

    /** A review without labels keeps the labels that decided, and so the strikes of content that was NSFW already. */
    private static Contribution as(Contribution counted, Review review, StrikeWeights weights) {
        boolean stays = review.getDecision() == Decision.NSFW
                && counted.decision() == Decision.NSFW
                && review.getLabels().isEmpty();
        return new Contribution(
                counted.tenant(),
                counted.uploaderId(),
                counted.uploadedAt(),
                review.getDecision(),
                stays ? counted.strikes() : weights.strikes(review.getDecision(), review.getLabels()));
    }
}

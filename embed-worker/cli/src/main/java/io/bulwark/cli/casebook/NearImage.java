package io.bulwark.cli.casebook;

import io.bulwark.events.Decision;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * An image near a reference.
 *
 * @param contentSha256 of its file; empty where it is not known
 * @param similarity cosine of its nearest view and the reference's nearest row
 * @param view that view
 * @param reference that reference's id
 * @param decision what the worker decided
 * @param score the worker's
 * @param decidedAt when
 */
public record NearImage(
        String tenant,
        String imageId,
        Optional<String> contentSha256,
        double similarity,
        String view,
        String reference,
        Decision decision,
        double score,
        Instant decidedAt) {

    /** Nearest first; equal ones by tenant and id. */
    static final Comparator<NearImage> NEAREST = Comparator.comparingDouble(NearImage::similarity)
            .reversed()
            .thenComparing(NearImage::tenant)
            .thenComparing(NearImage::imageId);
}

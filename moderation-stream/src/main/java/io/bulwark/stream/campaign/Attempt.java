package io.bulwark.stream.campaign;

import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import java.time.Instant;
import java.util.Comparator;

/**
 * One content of an image that an audit is about.
 *
 * @param account the uploader's salted digest, which outlives the attempt in a campaign's counts
 * @param at when the audit was made
 * @param decision the verdict's, or what a person decided since
 * @param score the verdict's true one, in [0, 1]; not a number where it is not known
 * @param angle to the flagged entry in radians; not a number where there is none
 * @param content what it is told by, and what outlives it in a campaign's counts: the salted digest of its file's SHA-256, or
 *     of what stands for it where a worker does not write that yet
 * @param contentSha256 of the file; null where a worker does not write that yet
 * @param upload null where it is not known
 * @param label of the flagged entry; empty where there is none
 */
record Attempt(
        String imageId,
        String uploaderId,
        String account,
        Instant at,
        AttackKind kind,
        Decision decision,
        double score,
        double angle,
        String content,
        String contentSha256,
        RecordCoordinates upload,
        String label) {

    /** Older ones first; a content of an image is there once. */
    static final Comparator<Attempt> OLDER =
            Comparator.comparing(Attempt::at).thenComparing(Attempt::imageId).thenComparing(Attempt::content);

    Id id() {
        return new Id(imageId, content);
    }

    /** Whether a person's decision is about this content. */
    boolean isOf(CampaignChange.Settled settled) {
        if (contentSha256 != null && settled.contentSha256() != null) {
            return contentSha256.equals(settled.contentSha256());
        }
        return upload != null && upload.equals(settled.upload());
    }

    Attempt decided(Decision now) {
        return new Attempt(
                imageId, uploaderId, account, at, kind, now, score, angle, content, contentSha256, upload, label);
    }

    /** A content of an image. */
    record Id(String imageId, String content) {}
}

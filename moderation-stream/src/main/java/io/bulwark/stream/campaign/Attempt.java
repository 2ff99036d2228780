package io.bulwark.stream.campaign;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.StateLayout.Nullable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One content of an image that an audit is about. Its components are written to the store in their order.
 *
 * @param account the uploader's salted digest, which outlives the attempt in a campaign's counts
 * @param at when the audit was made
 * @param decision the verdict's, or what a person decided since
 * @param score of the verdict, not rounded, in [0, 1]; NaN where it is not known
 * @param angle to the flagged entry in radians; NaN where there is none
 * @param content identifies it, and outlives it in a campaign's counts: the salted digest of its file's SHA-256, or of
 *     the perceptual key, score and angle where a worker does not write that hash yet
 * @param contentSha256 of the file; null where a worker does not write it yet
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
        @Nullable String contentSha256,
        @Nullable RecordCoordinates upload,
        String label) {

    /** Older ones first; a content of an image occurs once. */
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

    /**
     * What attempts have in common.
     *
     * @param id of the flagged entry, or the salted digest of a band
     */
    record Anchor(AnchorType type, String id) implements Comparable<Anchor> {

        private static final Comparator<Anchor> ORDER =
                Comparator.comparing(Anchor::type).thenComparing(Anchor::id);

        @Override
        public int compareTo(Anchor other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Attempts in the order of their audits, each content once, by its first attempt: re-uploads of one file do not
     * count. One thread calls.
     */
    static final class AttemptTrail {

        private final NavigableSet<Attempt> attempts = new TreeSet<>(Attempt.OLDER);
        private final Map<String, Attempt> byContent = new HashMap<>();

        /** The attempt with a content. */
        Optional<Attempt> of(String content) {
            return Optional.ofNullable(byContent.get(content));
        }

        /** Adds an attempt whose content is not there. */
        void add(Attempt attempt) {
            attempts.add(attempt);
            byContent.put(attempt.content(), attempt);
        }

        /** @return whether it was there */
        boolean remove(Attempt attempt) {
            byContent.remove(attempt.content(), attempt);
            return attempts.remove(attempt);
        }

        Attempt oldest() {
            return attempts.first();
        }

        Attempt newest() {
            return attempts.last();
        }

        int size() {
            return attempts.size();
        }

        boolean isEmpty() {
            return attempts.isEmpty();
        }

        /** Oldest first; not to be modified, changes with the trail. */
        NavigableSet<Attempt> all() {
            return Collections.unmodifiableNavigableSet(attempts);
        }

        /** Oldest first, as they are now. */
        List<Attempt> copy() {
            return new ArrayList<>(attempts);
        }
    }
}

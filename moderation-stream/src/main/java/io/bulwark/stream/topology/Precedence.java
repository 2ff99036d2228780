package io.bulwark.stream.topology;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;

/**
 * Which of two verdicts on one image id is in force. In this order:
 *
 * <ol>
 *   <li>A verdict that names the present one in {@code supersedes} takes its place.
 *   <li>Two verdicts on <em>different</em> content under one id (a producer used an id twice): that of the later upload
 *       counts, whoever decided. A person's word holds for the content that was looked at, so nobody can have one
 *       picture approved and then put another in its place.
 *   <li>On the same content a person prevails over a worker, in either order: a worker that decides again, after a
 *       replay of uploads for example, does not undo a review.
 *   <li>Otherwise the later {@code decidedAt}; of two at the same time the later in the topic.
 * </ol>
 *
 * <p>Content is compared by {@code contentSha256}; where one is unknown (nothing could be fetched), by the upload
 * event; where that is unknown too, it is taken to be the same.
 */
final class Precedence {

    private Precedence() {}

    /** Whether {@code candidate}, which stands later in the topic than {@code present}, takes its place. */
    static boolean prevails(Verdict candidate, StoredVerdict present) {
        Verdict incumbent = present.verdict();
        if (present.coordinates().equals(candidate.getSupersedes())) {
            return true;
        }
        if (!sameContent(candidate, incumbent)) {
            return uploadedLater(candidate, incumbent);
        }
        boolean candidateHuman = isHuman(candidate);
        if (candidateHuman != isHuman(incumbent)) {
            return candidateHuman;
        }
        return decidedNoEarlier(candidate, incumbent);
    }

    /** Whether the two are about one and the same content, so that only one of them may be counted. */
    static boolean sameContent(Verdict one, Verdict other) {
        if (one.getContentSha256() != null && other.getContentSha256() != null) {
            return one.getContentSha256().equals(other.getContentSha256());
        }
        if (one.getUpload() != null && other.getUpload() != null) {
            return one.getUpload().equals(other.getUpload());
        }
        return true;
    }

    private static boolean uploadedLater(Verdict candidate, Verdict incumbent) {
        RecordCoordinates mine = candidate.getUpload();
        RecordCoordinates theirs = incumbent.getUpload();
        boolean comparable = mine != null
                && theirs != null
                && mine.getTopic().equals(theirs.getTopic())
                && mine.getPartition() == theirs.getPartition();
        return comparable ? mine.getOffset() >= theirs.getOffset() : decidedNoEarlier(candidate, incumbent);
    }

    private static boolean decidedNoEarlier(Verdict candidate, Verdict incumbent) {
        return !candidate.getDecidedAt().isBefore(incumbent.getDecidedAt());
    }

    private static boolean isHuman(Verdict verdict) {
        return verdict.getDecidedBy().getKind() == DeciderKind.REVIEWER;
    }
}

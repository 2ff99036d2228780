package io.bulwark.stream.decision;

import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;

/**
 * Which content of an image a record is about.
 *
 * @param sha256 of the file; null where nothing could be fetched
 * @param upload the event that brought it; may be null
 */
record Content(String sha256, RecordCoordinates upload) {

    static Content of(ModerationDecision decision) {
        return new Content(decision.getContentSha256(), decision.getUpload());
    }

    static Content of(Review review) {
        return new Content(review.getContentSha256(), review.getUpload());
    }

    /** Whether it names any content at all. */
    boolean isNamed() {
        return sha256 != null || upload != null;
    }

    /** The same for equal files; that of the upload where there was no file. */
    String identity() {
        return sha256 != null ? "sha256:" + sha256 : "upload:" + upload;
    }
}

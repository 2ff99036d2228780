package io.bulwark.stream.decision;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.uploader.Contribution;

/**
 * What was uploaded under an image id before, and is counted still.
 *
 * @param sha256 of the file; null where nothing could be fetched
 * @param upload the last event that brought it; may be null
 * @param counted how it is counted
 */
public record EarlierContent(String sha256, RecordCoordinates upload, Contribution counted) {

    Content content() {
        return new Content(sha256, upload);
    }
}

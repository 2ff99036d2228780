package io.bulwark.schemas.topic;

import io.bulwark.events.ImageUploaded;
import java.util.Optional;

/** What the ids of an upload may be. All readers of {@link Topics#IMAGES_UPLOADED} pass over the same uploads. */
public final class UploadIds {

    /** Longer ids than this, in characters, are no ids: a record that repeated them could outgrow its topic. */
    public static final int MAX_CHARS = 1024;

    private UploadIds() {}

    /** Why no verdict could be written for such an upload; empty where one can. */
    public static Optional<String> oddity(ImageUploaded event) {
        if (event.getImageId().isBlank()) {
            return Optional.of("The imageId is empty; it is the key of the verdict");
        }
        return tooLong("imageId", event.getImageId())
                .or(() -> tooLong("uploaderId", event.getUploaderId()))
                .or(() -> tooLong("tenant", event.getTenant()));
    }

    private static Optional<String> tooLong(String field, String value) {
        return value.length() <= MAX_CHARS
                ? Optional.empty()
                : Optional.of("The " + field + " has " + value.length() + " characters, allowed are " + MAX_CHARS);
    }
}

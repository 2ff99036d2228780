package io.bulwark.service.outcome;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.RecordCoordinates;
import java.util.Optional;

/**
 * What a verdict repeats of its upload. Attributes are not among it: they are the producer's, of any size, and whoever
 * wants them has the upload event.
 */
public record UploadFacts(String imageId, String uploaderId, String tenant, RecordCoordinates coordinates) {

    /** Longer ids than this are no ids; a verdict that repeated them could outgrow its topic. */
    static final int MAX_ID_CHARS = 1024;

    public static UploadFacts of(ImageUploaded event, UploadInFlight upload) {
        return new UploadFacts(
                event.getImageId(),
                event.getUploaderId(),
                event.getTenant(),
                new RecordCoordinates(
                        upload.partition().topic(), upload.partition().partition(), upload.offset()));
    }

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
        return value.length() <= MAX_ID_CHARS
                ? Optional.empty()
                : Optional.of("The " + field + " has " + value.length() + " characters, allowed are " + MAX_ID_CHARS);
    }
}

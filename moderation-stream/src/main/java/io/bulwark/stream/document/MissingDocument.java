package io.bulwark.stream.document;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.document.VerdictDocument.Coordinates;
import java.time.Instant;

/**
 * An upload past its deadline without a verdict.
 *
 * @param upload where its record stands
 * @param uploadedAt when the broker took it in
 */
public record MissingDocument(
        String tenant, String imageId, String uploaderId, Coordinates upload, Instant uploadedAt) {

    public static MissingDocument of(
            String tenant, String imageId, String uploaderId, RecordCoordinates upload, Instant uploadedAt) {
        return new MissingDocument(tenant, imageId, uploaderId, Coordinates.of(upload), uploadedAt);
    }
}

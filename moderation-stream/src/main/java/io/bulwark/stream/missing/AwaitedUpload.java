package io.bulwark.stream.missing;

import io.bulwark.events.RecordCoordinates;
import java.time.Instant;

/**
 * An upload that has no answer yet.
 *
 * @param upload where its record stands
 * @param uploadedAt when the broker took it in
 */
public record AwaitedUpload(
        String tenant, String imageId, String uploaderId, RecordCoordinates upload, Instant uploadedAt) {}

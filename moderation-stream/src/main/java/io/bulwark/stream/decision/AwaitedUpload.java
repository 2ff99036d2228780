package io.bulwark.stream.decision;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.StateLayout;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serde;

/**
 * An upload that has no answer yet.
 *
 * @param upload where its record stands
 * @param uploadedAt when the broker took it in
 */
public record AwaitedUpload(
        String tenant, String imageId, String uploaderId, RecordCoordinates upload, Instant uploadedAt) {

    /** The layout in its store and in the internal topic. */
    public static Serde<AwaitedUpload> serde() {
        return StateLayout.of("awaited uploads", AwaitedUpload.class);
    }
}

package io.bulwark.service.pipeline;

import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.fetch.ImageSources;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The parts that prepare an upload, in the order of their use. All of them serve many threads at once.
 *
 * @param picturesAreKnown whether the bank knows hashes of pictures, so that uploads need theirs
 * @param twinViews present where a twin runs that does not see the encoder's own views
 */
public record PreparationSteps(
        EventDecoder<ImageUploaded> events,
        ImageSources sources,
        ImageDecoder decoder,
        Views views,
        BooleanSupplier picturesAreKnown,
        Optional<Views> twinViews) {}

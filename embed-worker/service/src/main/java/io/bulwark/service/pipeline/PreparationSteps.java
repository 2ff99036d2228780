package io.bulwark.service.pipeline;

import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.process.PictureReader;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.fetch.ImageSources;
import java.util.function.BooleanSupplier;

/**
 * The parts that prepare an upload, in the order of their use. All of them serve many threads at once.
 *
 * @param promptSources of uploads that nobody has deferred yet
 * @param patientSources of deferred uploads
 * @param picturesAreKnown whether the bank knows hashes of pictures, so that uploads need theirs
 */
public record PreparationSteps(
        EventDecoder<ImageUploaded> events,
        ImageSources promptSources,
        ImageSources patientSources,
        PictureReader reader,
        BooleanSupplier picturesAreKnown) {}

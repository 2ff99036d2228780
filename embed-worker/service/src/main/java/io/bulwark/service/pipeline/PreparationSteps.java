package io.bulwark.service.pipeline;

import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.process.PictureReader;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.fetch.ImageSources;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The parts that prepare an upload, in the order of their use. All of them serve many threads at once.
 *
 * @param promptSources of uploads that were not deferred yet
 * @param patientSources of deferred uploads
 * @param picturesAreKnown whether the bank knows hashes of pictures, so that uploads need theirs
 */
public record PreparationSteps(
        EventDecoder<ImageUploaded> events,
        ImageSources promptSources,
        ImageSources patientSources,
        PictureReader reader,
        BooleanSupplier picturesAreKnown) {

    /**
     * Bounds of preparation.
     *
     * @param threads that read events and wait for the processes that decode
     * @param maxReadyBytes bytes of views that wait for the encoder
     * @param promptThreads that try to fetch before an upload is deferred
     * @param prompt time that such a try has
     * @param patientThreads that fetch for deferred uploads
     * @param patientPerHost of these for one host
     * @param patience time that such a fetch has
     * @param deferrableBytes of an event up to which it is deferred for its file's many views; 0 where none is
     */
    public record Limits(
            int threads,
            long maxReadyBytes,
            int promptThreads,
            Duration prompt,
            int patientThreads,
            int patientPerHost,
            Duration patience,
            int deferrableBytes) {}
}

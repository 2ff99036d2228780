package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.EncoderOptions;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** The way of a batch's bytes to the device that embeds them. One thread at a time, the encoder's. */
sealed interface Staging extends AutoCloseable permits PageableStaging, PinnedStaging {

    /**
     * Brings a batch to the device.
     *
     * @param batch manager of the batch's arrays, on the device; the answer hangs on it
     * @param views direct buffer of position 0 that ends with the last of at most {@code shape} images. It is not kept,
     *     but may be what the answer reads: leave it alone until the batch has been embedded
     * @param shape one of {@link BatchShapes#CANDIDATES}; images beyond the views are whatever lay there before
     * @return {@code [shape, height, width, 3]} unsigned bytes, of use until the next batch is brought
     */
    NDArray stage(NDManager batch, ByteBuffer views, int shape);

    @Override
    void close();

    /** The way for a program that was loaded with those options: through page-locked memory where that is for CUDA. */
    static Staging open(EncoderProgram program, PreprocessSpec input, EncoderOptions options) {
        return LoadedProgram.onCpu(options)
                ? new PageableStaging(input)
                : pinnedOrPageable(program, input, new PageLock(options));
    }

    /**
     * Page-locked memory is only faster: where it fails, the log has the reason and pageable memory is used.
     *
     * @param pageLock from an array in host memory to a new one in page-locked memory, on the same manager
     */
    static Staging pinnedOrPageable(EncoderProgram program, PreprocessSpec input, UnaryOperator<NDArray> pageLock) {
        try {
            return PinnedStaging.open(program, input, pageLock);
        } catch (RuntimeException refused) {
            LoggerFactory.getLogger(Staging.class)
                    .warn(
                            "No page-locked memory; batches are copied to the device from pageable memory, which may be slower and changes no answer",
                            refused);
            return new PageableStaging(input);
        }
    }
}

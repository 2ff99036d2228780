package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.EncoderDescription.Fingerprints;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.torchscript.Attributes;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.TorchScriptLinker;
import io.bulwark.perception.torchscript.TorchScriptLinker.LinkCache;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** The way of a batch's bytes to the device that embeds them. One thread at a time, the encoder's. */
sealed interface Staging extends AutoCloseable {

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

    /**
     * Copies an array in host memory into page-locked memory. DJL has no call for it, but a program that it runs may.
     *
     * @param options device and cache of a program
     */
    record PageLock(EncoderOptions options) implements UnaryOperator<NDArray> {

        private static final Program PROGRAM = Program.beside(PageLock.class, "page_lock.py");

        /**
         * @return a new array on the same manager
         * @throws RuntimeException if libtorch has none to give, as one that was built for CPUs
         */
        @Override
        public NDArray apply(NDArray pageable) {
            String key = new Fingerprints()
                    .text(TorchScriptLinker.VERSION)
                    .text(PROGRAM.text())
                    .hex();
            Path archive = new TorchScriptLinker(options.cache(), LinkCache.shipped())
                    .link(key, PROGRAM, () -> Attributes.of(List.of()));
            try (LoadedProgram program = LoadedProgram.load("page-lock", archive, options, false)) {
                return program.forward(pageable).get(0);
            }
        }
    }

    /**
     * Out of the JVM's memory as it is. On a CPU nothing is copied but a batch that has to be padded: the array reads
     * the buffer. To another device libtorch copies before it answers.
     */
    final class PageableStaging implements Staging {

        private final PreprocessSpec input;
        private final int imageBytes;
        private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

        PageableStaging(PreprocessSpec input) {
            this.input = input;
            this.imageBytes = input.height() * input.width() * 3;
        }

        @Override
        public NDArray stage(NDManager batch, ByteBuffer views, int shape) {
            ByteBuffer pixels = views.remaining() == shape * imageBytes ? views : padded(views, shape);
            return batch.create(pixels, new Shape(shape, input.height(), input.width(), 3), DataType.UINT8);
        }

        private ByteBuffer padded(ByteBuffer views, int shape) {
            if (scratch.capacity() < shape * imageBytes) {
                scratch = ByteBuffer.allocateDirect(shape * imageBytes);
            }
            scratch.put(0, views, 0, views.remaining());
            return scratch.slice(0, shape * imageBytes);
        }

        @Override
        public void close() {}
    }

    /**
     * Through one page-locked tensor of the largest batch, which a device reads by itself: each batch's bytes are
     * written into the tensor's own memory, and as many of its images as the shape has are copied to the device.
     *
     * <p>That memory is written again with the next batch, so the copy must have ended by then. It has: DJL's {@code
     * toDevice} asks libtorch for a copy that blocks, and such a copy waits for its stream before it returns. One
     * tensor thus does. A copy that does not block would need a second one and an event to wait for, and gain little:
     * the program cannot begin without its input, and the thread has nothing else to do.
     */
    final class PinnedStaging implements Staging {

        private static final ByteBuffer GONE = ByteBuffer.allocateDirect(0);

        private final NDManager memory;
        private final NDArray whole;
        /** The tensor's memory itself, which ends with the tensor. */
        private ByteBuffer bytes;

        private PinnedStaging(NDManager memory, NDArray whole) {
            this.memory = memory;
            this.whole = whole;
            this.bytes = whole.toByteBuffer(true);
        }

        /**
         * Locks memory and sends a batch of noise in each shape to the device and back.
         *
         * @param pageLock from an array in host memory to a new one in page-locked memory, on the same manager
         * @throws RuntimeException if memory cannot be locked, or what comes back is not what was sent
         */
        static PinnedStaging open(EncoderProgram program, PreprocessSpec input, UnaryOperator<NDArray> pageLock) {
            Shape largest = new Shape(BatchShapes.LARGEST, input.height(), input.width(), 3);
            NDManager memory = NDManager.newBaseManager(Device.cpu(), "PyTorch");
            try (NDArray pageable = memory.zeros(largest, DataType.UINT8)) {
                PinnedStaging staging = new PinnedStaging(memory, pageLock.apply(pageable));
                staging.check(program, input.height() * input.width() * 3);
                return staging;
            } catch (RuntimeException refused) {
                memory.close();
                throw refused;
            }
        }

        private void check(EncoderProgram program, int imageBytes) {
            Random random = new Random(0);
            for (int shape : BatchShapes.CANDIDATES) {
                byte[] sent = new byte[shape * imageBytes];
                random.nextBytes(sent);
                try (NDManager batch = program.newManager()) {
                    byte[] found = stage(batch, ByteBuffer.wrap(sent), shape).toByteArray();
                    if (!Arrays.equals(sent, found)) {
                        throw new IllegalStateException(
                                "a batch of " + shape + " did not come to the device as it was staged");
                    }
                }
            }
        }

        // Locked, so that closing an encoder in use does not free memory that is written to.
        @Override
        public synchronized NDArray stage(NDManager batch, ByteBuffer views, int shape) {
            bytes.put(0, views, 0, views.remaining());
            NDArray filled = whole.get(new NDIndex(":{}", shape));
            // The copy hangs on its origin's manager, and the origin on that of the whole.
            filled.attach(batch);
            return filled.toDevice(batch.getDevice(), false);
        }

        @Override
        public synchronized void close() {
            bytes = GONE;
            memory.close();
        }
    }
}

package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.BatchShapes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Through one page-locked tensor of the largest batch, which a device reads by itself: each batch's bytes are written
 * into the tensor's own memory, and as many of its images as the shape has are copied to the device.
 *
 * <p>That memory is written again with the next batch, so the copy must have ended by then. It has: DJL's {@code toDevice}
 * asks libtorch for a copy that blocks, and such a copy waits for its stream before it returns. One tensor thus does. A
 * copy that does not block would need a second one and an event to wait for, and gain little: the program cannot begin
 * without its input, and the thread has nothing else to do.
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

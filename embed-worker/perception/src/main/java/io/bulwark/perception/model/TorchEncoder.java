package io.bulwark.perception.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.perception.preprocess.PreprocessSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An encoder that runs a program in libtorch. Counts between the shapes of {@link BatchShapes} are padded to the
 * next one with what lies in a scratch buffer, larger ones are cut, so that the profiling executor sees few shapes.
 *
 * <p>Every array of a batch hangs on the batch's own manager, which the input was created on (a result belongs to the
 * manager of the first operand); nothing grows with the number of batches.
 */
final class TorchEncoder implements Encoder {

    private final EncoderDescription description;
    private final EncoderProgram program;
    private final int imageBytes;
    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

    TorchEncoder(EncoderDescription description, EncoderProgram program) {
        this.description = description;
        this.program = program;
        PreprocessSpec input = description.preprocess();
        this.imageBytes = input.height() * input.width() * 3;
    }

    static TorchEncoder load(EncoderDescription description, Path archive, EncoderOptions options) {
        return new TorchEncoder(description, LoadedProgram.load(description.name(), archive, options, false));
    }

    @Override
    public EncoderDescription description() {
        return description;
    }

    @Override
    public Embeddings embed(ByteBuffer views, int count) {
        if (count < 1 || !views.isDirect() || views.remaining() < (long) count * imageBytes) {
            throw new IllegalArgumentException("wanted: a direct buffer of %d bytes for each of %d views; found: %s"
                    .formatted(imageBytes, count, views));
        }
        int classes = description.headClasses().size();
        float[] values = new float[count * description.dimension()];
        float[] head = new float[count * classes];
        for (int from = 0; from < count; ) {
            int taken = Math.min(count - from, BatchShapes.LARGEST);
            int shape = BatchShapes.shapeFor(taken);
            ByteBuffer batch = views.slice(views.position() + from * imageBytes, taken * imageBytes);
            run(shape == taken ? batch : padded(batch, shape), shape, from, taken, values, head);
            from += taken;
        }
        return new Embeddings(count, description.dimension(), values, head);
    }

    private ByteBuffer padded(ByteBuffer batch, int shape) {
        if (scratch.capacity() < shape * imageBytes) {
            scratch = ByteBuffer.allocateDirect(shape * imageBytes);
        }
        scratch.put(0, batch, 0, batch.remaining());
        return scratch.slice(0, shape * imageBytes);
    }

    private void run(ByteBuffer pixels, int shape, int from, int taken, float[] values, float[] head) {
        PreprocessSpec input = description.preprocess();
        try (NDManager batch = program.newManager()) {
            NDArray array = batch.create(pixels, new Shape(shape, input.height(), input.width(), 3), DataType.UINT8);
            NDList answer = program.forward(array);
            copy(answer.get(0), values, from, taken, description.dimension());
            if (head.length > 0) {
                copy(answer.get(1), head, from, taken, description.headClasses().size());
            }
        } catch (RuntimeException e) {
            throw new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), shape), e);
        }
    }

    private static void copy(NDArray rows, float[] target, int from, int taken, int width) {
        System.arraycopy(rows.toFloatArray(), 0, target, from * width, taken * width);
    }

    @Override
    public void close() {
        program.close();
    }
}

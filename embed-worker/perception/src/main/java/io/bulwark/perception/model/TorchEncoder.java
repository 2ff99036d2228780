package io.bulwark.perception.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import io.bulwark.perception.preprocess.PreprocessSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * An encoder that runs a linked program in libtorch. Counts between the shapes of {@link BatchShapes} are padded to the
 * next one with what lies in a scratch buffer, larger ones are cut, so that the profiling executor sees few shapes.
 *
 * <p>Every array of a batch hangs on the batch's own manager, which the input was created on (a result belongs to the
 * manager of the first operand); nothing grows with the number of batches.
 */
final class TorchEncoder implements Encoder {

    private final EncoderDescription description;
    private final Model model;
    private final ParameterStore parameters;
    private final int imageBytes;
    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

    private TorchEncoder(EncoderDescription description, Model model) {
        this.description = description;
        this.model = model;
        this.parameters = new ParameterStore(model.getNDManager(), false);
        PreprocessSpec input = description.preprocess();
        this.imageBytes = input.height() * input.width() * 3;
    }

    static TorchEncoder load(EncoderDescription description, Path archive, EncoderOptions options) {
        Model model = null;
        try {
            Device device = device(options.device());
            if (options.threads() > 0) {
                JniUtils.setNumThreads(options.threads());
            }
            model = Model.newInstance(description.name(), device, "PyTorch");
            String file = archive.getFileName().toString();
            model.load(archive.getParent(), file.substring(0, file.lastIndexOf('.')), Map.of());
            return new TorchEncoder(description, model);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            if (model != null) {
                model.close();
            }
            throw new EncoderException(
                    "model '%s' cannot be loaded on %s from %s (delete that file to have it linked anew)"
                            .formatted(description.name(), options.device(), archive),
                    e);
        }
    }

    private static Device device(String name) {
        Engine engine = Engine.getEngine("PyTorch");
        if (name.equals("cpu") || name.equals("auto") && engine.getGpuCount() == 0) {
            return Device.cpu();
        }
        int number = name.equals("auto") ? 0 : Integer.parseInt(name.substring("cuda:".length()));
        if (number >= engine.getGpuCount()) {
            throw new IllegalArgumentException(
                    "device '%s' is asked for, CUDA devices here: %d".formatted(name, engine.getGpuCount()));
        }
        return Device.gpu(number);
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
        try (NDManager batch = model.getNDManager().newSubManager()) {
            NDArray array = batch.create(pixels, new Shape(shape, input.height(), input.width(), 3), DataType.UINT8);
            NDList answer = model.getBlock().forward(parameters, new NDList(array), false);
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
        model.close();
    }
}

package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.ModelPackageException;
import java.nio.file.Path;

/**
 * An exported program: it takes standardised planes {@code [B, 3, H, W]} and answers embeddings, and logits
 * where there is a head. What Bulwark's own programs do within one call (bytes to planes, mean and deviation, unit length,
 * softmax) is done around it.
 */
public final class ExportedProgram implements EncoderProgram {

    private static final double LEAST_LENGTH = 1e-12;

    private final LoadedProgram program;
    private final EncoderDescription description;

    private ExportedProgram(LoadedProgram program, EncoderDescription description) {
        this.program = program;
        this.description = description;
    }

    /**
     * Loads a program and holds its answers to the description.
     *
     * @param trainable whether gradients are wanted
     * @throws ModelPackageException if it answers something else than the manifest says
     * @throws EncoderException if the device or libtorch refuses it
     */
    public static ExportedProgram load(
            Path file, EncoderDescription description, EncoderOptions options, boolean trainable) {
        LoadedProgram loaded = LoadedProgram.load(
                description.name(), file, options, trainable, "is it an archive of PyTorch 2.7 or before?");
        ExportedProgram program = new ExportedProgram(loaded, description);
        try {
            new ExportedCheck(file, description, loaded).run(trainable);
            if (trainable) {
                loaded.differentiateWeights(false);
            }
            return program;
        } catch (RuntimeException e) {
            program.close();
            throw e;
        }
    }

    @Override
    public NDManager newManager() {
        return program.newManager();
    }

    @Override
    public NDList forward(NDArray pixels) {
        NDList answer = program.forward(planes(pixels));
        NDArray embedding = answer.get(0);
        NDArray length = embedding.norm(new int[] {1}, true).maximum(LEAST_LENGTH);
        NDList unit = new NDList(embedding.div(length));
        if (answer.size() > 1) {
            unit.add(answer.get(1).softmax(1));
        }
        return unit;
    }

    /** {@code [B, H, W, 3]} bytes to planes one after the other in memory, which is what traced programs expect. */
    private NDArray planes(NDArray pixels) {
        PreprocessSpec input = description.preprocess();
        NDList planes = new NDList();
        for (int channel = 0; channel < 3; channel++) {
            planes.add(pixels.get(new NDIndex(":, :, :, {}", channel))
                    .toType(DataType.FLOAT32, false)
                    .div(255f)
                    .sub(input.mean()[channel])
                    .div(input.std()[channel]));
        }
        return NDArrays.stack(planes, 1);
    }

    @Override
    public NDList call(String entry, NDArray input) {
        if (!entry.equals("raw")) {
            throw new UnsupportedOperationException("an exported program has no entry '" + entry + "'");
        }
        Shape channels = new Shape(1, 3, 1, 1);
        NDManager manager = input.getManager();
        NDArray mean = manager.create(description.preprocess().mean(), channels);
        NDArray deviation = manager.create(description.preprocess().std(), channels);
        return program.forward(input.sub(mean).div(deviation));
    }

    @Override
    public ProgramWeights weights() {
        throw new UnsupportedOperationException("the weights of an exported program cannot be replaced");
    }

    @Override
    public void close() {
        program.close();
    }
}

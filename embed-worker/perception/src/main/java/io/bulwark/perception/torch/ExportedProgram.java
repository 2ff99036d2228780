package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.ModelPackageException;
import java.nio.file.Path;
import java.util.Random;

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

    /**
     * Calls an exported program once for each of two batch sizes and holds the answers to its manifest: a dimension
     * that is not what the manifest says, or a batch size that was traced in, would else show far from here.
     *
     * @param file what messages call it
     * @param description what it should answer
     * @param program not in use by another thread
     */
    record ExportedCheck(Path file, EncoderDescription description, LoadedProgram program) {

        private static final int[] BATCHES = {1, 3};

        /** How much training mode may move an embedding, beside its largest value: rounding, no more. */
        private static final float TOLERANCE = 1e-4f;

        /**
         * @param trainable whether gradients will be taken: the program is then called in training mode, and must
         *     answer what it answers without
         * @throws ModelPackageException if it answers something else
         */
        void run(boolean trainable) {
            for (int count : BATCHES) {
                try (NDManager batch = program.newManager()) {
                    NDArray planes = planes(batch, count);
                    NDList answer = answer(planes, count);
                    float[] embeddings = floats(answer.get(0), "embeddings", count, description.dimension());
                    if (!description.headClasses().isEmpty()) {
                        floats(
                                answer.get(1),
                                "logits",
                                count,
                                description.headClasses().size());
                    }
                    if (trainable) {
                        unmoved(embeddings, program.evaluate(planes).get(0).toFloatArray());
                    }
                }
            }
        }

        private NDArray planes(NDManager batch, int count) {
            PreprocessSpec input = description.preprocess();
            float[] values = new float[count * 3 * input.height() * input.width()];
            Random random = new Random(count);
            for (int i = 0; i < values.length; i++) {
                values[i] = 2 * random.nextFloat() - 1;
            }
            return batch.create(values, new Shape(count, 3, input.height(), input.width()));
        }

        private NDList answer(NDArray planes, int count) {
            NDList answer;
            try {
                answer = program.forward(planes);
            } catch (RuntimeException e) {
                throw new ModelPackageException(
                        "%s cannot be called with standardised pictures %s of its model.json: %s"
                                .formatted(file, planes.getShape(), firstLine(e)),
                        e);
            }
            int wanted = description.headClasses().isEmpty() ? 1 : 2;
            if (answer.size() != wanted) {
                throw new ModelPackageException(
                        "%s answers %d tensors; with %d headClasses in model.json it has to answer %s"
                                .formatted(
                                        file,
                                        answer.size(),
                                        description.headClasses().size(),
                                        wanted == 1 ? "one, embeddings" : "two, embeddings and logits"));
            }
            return answer;
        }

        private float[] floats(NDArray found, String what, int count, int width) {
            if (!found.getShape().equals(new Shape(count, width))) {
                throw new ModelPackageException("%s answers %s %s to a batch of %d; model.json says (%d, %d)%s"
                        .formatted(
                                file,
                                what,
                                found.getShape(),
                                count,
                                count,
                                width,
                                found.getShape().dimension() == 2
                                                && found.getShape().get(0) != count
                                        ? "; was the batch's size traced in?"
                                        : ""));
            }
            if (found.getDataType() != DataType.FLOAT32) {
                throw new ModelPackageException(
                        "%s answers %s of %s; they have to be float32".formatted(file, what, found.getDataType()));
            }
            float[] values = found.toFloatArray();
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new ModelPackageException("%s answers %s that are no finite numbers".formatted(file, what));
                }
            }
            return values;
        }

        private void unmoved(float[] training, float[] evaluating) {
            float largest = 0;
            float moved = 0;
            for (int i = 0; i < training.length; i++) {
                largest = Math.max(largest, Math.abs(evaluating[i]));
                moved = Math.max(moved, Math.abs(training[i] - evaluating[i]));
            }
            if (!(moved <= TOLERANCE * largest)) {
                throw new ModelPackageException(
                        ("%s answers otherwise in training mode, as with dropout or batch norm that were scripted: "
                                        + "gradients would be of another network; export it with torch.jit.trace or torch.jit.freeze")
                                .formatted(file));
            }
        }

        private static String firstLine(RuntimeException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }
}

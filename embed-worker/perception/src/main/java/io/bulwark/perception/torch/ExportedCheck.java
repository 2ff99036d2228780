package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.ModelPackageException;
import java.nio.file.Path;
import java.util.Random;

/**
 * Calls an exported program once for each of two batch sizes and holds the answers to its manifest: a dimension that is
 * not what the manifest says, or a batch size that was traced in, would else show far from here.
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
     * @param trainable whether gradients will be taken: the program is then called in training mode, and must answer
     *     what it answers without
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

package io.bulwark.perception.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An encoder in fp32 whose weights can be differentiated and replaced: the one that training moves. Takes pictures as
 * {@code [B, 3, H, W]} floats in [0, 1].
 *
 * <p>One thread at a time, always the same; several encoders may be differentiated at once, each on its thread.
 */
public final class TrainableEncoder implements AutoCloseable {

    private final EncoderDescription description;
    private final LoadedProgram program;
    private final ProgramWeights weights;
    private final List<TensorPlace> tensors;

    TrainableEncoder(EncoderDescription description, LoadedProgram program, List<TensorPlace> tensors) {
        this.description = description;
        this.tensors = List.copyOf(tensors);
        this.program = program;
        this.weights = program.weights();
    }

    /**
     * What a batch was answered, and how a function of the answers changes with each weight.
     *
     * @param answers of the batch
     * @param weights derivative by each weight, in the row that {@link #tensors()} explains
     */
    public record Gradient(Answers answers, float[] weights) {}

    /** What this encoder was when it was opened; its fingerprint is not that of later weights. */
    public EncoderDescription description() {
        return description;
    }

    /** Where each tensor of the checkpoint lies in the row of weights. */
    public List<TensorPlace> tensors() {
        return tensors;
    }

    /** A copy of all weights. */
    public float[] weights() {
        return weights.read();
    }

    /** Replaces all weights; the array is not kept. */
    public void setWeights(float[] row) {
        weights.write(row);
    }

    /**
     * Differentiates a function of a batch's answers by the weights, in one forward and one backward pass.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @param slope from the answers to the function's derivative by them, of the same shapes; called once, on this
     *     thread. Empty logits mean that the function does not look at them
     * @throws EncoderException if the family takes no such size, or the device fails
     */
    public Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope) {
        try (NDManager batch = program.newManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
            Differentiation pass = Differentiation.forward(program, input);
            Answers answers = pass.answers();
            pass.backward(slope.apply(answers));
            return new Gradient(answers, weights.takeGradients());
        } catch (RuntimeException e) {
            throw new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), count), e);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}

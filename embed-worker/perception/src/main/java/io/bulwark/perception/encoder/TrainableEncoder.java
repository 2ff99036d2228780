package io.bulwark.perception.encoder;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An encoder in fp32 whose weights can be differentiated and replaced: the one that training moves. Takes pictures as
 * {@code [B, 3, H, W]} floats in [0, 1].
 *
 * <p>One thread at a time, always the same; several encoders may be differentiated at once, each on its thread.
 */
public interface TrainableEncoder extends AutoCloseable {

    /**
     * What a batch was answered, and how a function of the answers changes with each weight.
     *
     * @param answers of the batch
     * @param weights derivative by each weight, in the row that {@link #tensors()} explains
     */
    record Gradient(Answers answers, float[] weights) {}

    /** What this encoder was when it was opened; its fingerprint is not that of later weights. */
    EncoderDescription description();

    /** Where each tensor of the checkpoint lies in the row of weights. */
    List<TensorPlace> tensors();

    /** A copy of all weights. */
    float[] weights();

    /** Replaces all weights; the array is not kept. */
    void setWeights(float[] row);

    /**
     * Differentiates a function of a batch's answers by the weights, in one forward and one backward pass.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @param slope from the answers to the function's derivative by them, of the same shapes; called once, on this
     *     thread. Empty logits mean that the function does not look at them
     * @throws EncoderException if the family takes no such size, or the device fails
     */
    Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope);

    @Override
    void close();
}

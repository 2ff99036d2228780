package io.bulwark.perception.encoder;

import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.Encoder.EncoderException;
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
     * @param pixels derivative by each pixel, {@code [count, 3, height, width]}; empty unless it was asked for
     */
    record Gradient(Answers answers, float[] weights, float[] pixels) {}

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

    /** As {@link #gradient}, by the pixels too, out of the same backward pass. */
    Gradient gradientByPixelsToo(float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope);

    @Override
    void close();

    /**
     * A checkpoint's tensor and its place in the row of all weights of the program that was linked from it.
     *
     * @param name in the checkpoint, without a tower's prefix
     * @param shape in the checkpoint; its elements lie row-major
     * @param offset of its first element in the row
     * @param head whether it belongs to a classifier behind the embedding
     * @param adapted whether a low-rank adapter stands on it by default
     */
    record TensorPlace(String name, List<Long> shape, int offset, boolean head, boolean adapted) {

        /** One that no adapter stands on by default. */
        public TensorPlace(String name, List<Long> shape, int offset, boolean head) {
            this(name, shape, offset, head, false);
        }

        public TensorPlace {
            shape = List.copyOf(shape);
        }

        /** Number of elements. */
        public int length() {
            return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        }
    }
}

package io.bulwark.perception.encoder;

import io.bulwark.perception.encoder.Encoder.EncoderException;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * An encoder in fp32 whose embeddings can be differentiated: for attacks and for what trains. Takes pictures as {@code [B,
 * 3, H, W]} floats in [0, 1], before mean and deviation, and gives embeddings that are not normalised, for FARE compares
 * those.
 *
 * <p>One thread at a time; several encoders may be differentiated at once, each on its thread.
 */
public interface DifferentiableEncoder extends AutoCloseable {

    /**
     * A batch's embeddings, and how a function of them changes with each pixel.
     *
     * @param embeddings {@code [B, D]} row-major, not normalised
     * @param inputGradient {@code [B, 3, H, W]} row-major
     */
    record Gradient(float[] embeddings, float[] inputGradient) {}

    /**
     * This encoder with a head behind it, whose answers are the embeddings then and are differentiated through. It is the
     * same program: close one of the two.
     *
     * @throws UnsupportedOperationException if it is no single model, such as a thumbnail or several encoders
     */
    default DifferentiableEncoder with(MetricHead behind) {
        throw new UnsupportedOperationException("only a single model has a head");
    }

    /** What this encoder is; {@code precision} is fp32. */
    EncoderDescription description();

    /**
     * Embeds a batch.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1]
     * @return {@code [count, D]} row-major, not normalised
     */
    default float[] embed(float[] pixels, int count) {
        return embed(
                pixels,
                count,
                description().preprocess().height(),
                description().preprocess().width());
    }

    /**
     * Embeds a batch of another size than the encoder's own; MobileNetV2, which is convolutions, takes any.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @return {@code [count, D]} row-major, not normalised
     * @throws EncoderException if the family takes no such size
     */
    default float[] embed(float[] pixels, int count, int height, int width) {
        return answer(pixels, count, height, width).embeddings();
    }

    /**
     * Embeds and classifies a batch of any size that the family takes.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @throws EncoderException if the family takes no such size
     */
    Answers answer(float[] pixels, int count, int height, int width);

    /**
     * Replaces all weights, so that an attack follows what training moves.
     *
     * @param row in the order of {@link TrainableEncoder#weights()}; not kept
     * @throws UnsupportedOperationException if the package is an exported program, or this is no single model
     */
    default void setWeights(float[] row) {
        throw new UnsupportedOperationException("only a single model has weights to replace");
    }

    /**
     * All tokens of the last layer, where the family has them (DINO): {@code [count, tokens, D]} row-major, normed.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1]
     * @throws UnsupportedOperationException if the family has none, or this is no single model
     */
    default float[] tokens(float[] pixels, int count) {
        throw new UnsupportedOperationException("only a single model has tokens");
    }

    /**
     * Differentiates the sum over all elements of {@code embeddings * cotangent}.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1]
     * @param cotangent {@code [D]}, for every row the same, or {@code [count, D]}
     */
    default Gradient gradient(float[] pixels, int count, float[] cotangent) {
        return gradient(
                pixels,
                count,
                description().preprocess().height(),
                description().preprocess().width(),
                embeddings -> cotangent);
    }

    /**
     * Differentiates a function of the embeddings, in one forward and one backward pass.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @param slope from embeddings {@code [count, D]}, not normalised, to the function's derivative by them, {@code
     *     [count, D]} or {@code [D]} for every row the same; called once, on this thread
     * @throws EncoderException if the family takes no such size
     */
    Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope);

    /**
     * As the other, of a function of the classifier's logits too.
     *
     * @param slope from the answers to the function's derivative by them, of the same shapes; called once, on this thread.
     *     Empty logits mean that the function does not look at them. Without a classifier there are none to look at
     * @throws EncoderException as the other
     */
    default Gradient answerGradient(float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope) {
        return gradient(
                pixels,
                count,
                height,
                width,
                embeddings -> slope.apply(new Answers(count, embeddings, new float[0]))
                        .embeddings());
    }

    @Override
    void close();

    /**
     * What a program's entry for gradients answers to a batch.
     *
     * @param count pictures in the batch
     * @param embeddings {@code [count, D]} row-major, not normalised
     * @param logits {@code [count, C]} row-major, of the classifier head; empty where there is none
     */
    record Answers(int count, float[] embeddings, float[] logits) {

        /** A copy of row {@code index}, not normalised. */
        public float[] embedding(int index) {
            return row(embeddings, index);
        }

        /** The head's answer for picture {@code index}, which sums to 1; empty where there is no head. */
        public float[] classProbabilities(int index) {
            float[] probabilities = row(logits, index);
            double greatest = Double.NEGATIVE_INFINITY;
            for (float logit : probabilities) {
                greatest = Math.max(greatest, logit);
            }
            double sum = 0;
            for (float logit : probabilities) {
                sum += Math.exp(logit - greatest);
            }
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = (float) (Math.exp(probabilities[i] - greatest) / sum);
            }
            return probabilities;
        }

        private float[] row(float[] values, int index) {
            int length = values.length / count;
            return Arrays.copyOfRange(values, index * length, (index + 1) * length);
        }
    }
}

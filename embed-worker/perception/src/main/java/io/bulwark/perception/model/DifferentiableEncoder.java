package io.bulwark.perception.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An encoder in fp32 whose embeddings can be differentiated: for attacks and for what trains. Takes pictures as {@code [B,
 * 3, H, W]} floats in [0, 1], before mean and deviation, and gives embeddings that are not normalised, for FARE compares
 * those.
 *
 * <p>One thread at a time; several encoders may be differentiated at once, each on its thread.
 */
public final class DifferentiableEncoder implements AutoCloseable {

    private final EncoderDescription description;
    private final EncoderProgram program;
    private final Optional<MetricHead> head;

    DifferentiableEncoder(EncoderDescription description, EncoderProgram program) {
        this(description, program, Optional.empty());
    }

    private DifferentiableEncoder(EncoderDescription description, EncoderProgram program, Optional<MetricHead> head) {
        this.description = description;
        this.program = program;
        this.head = head;
    }

    /**
     * This encoder with a head behind it, whose answers are the embeddings then and are differentiated through. It is the
     * same program: close one of the two.
     */
    public DifferentiableEncoder with(MetricHead behind) {
        return new DifferentiableEncoder(behind.behind(description), program, Optional.of(behind));
    }

    /**
     * A batch's embeddings, and how a function of them changes with each pixel.
     *
     * @param embeddings {@code [B, D]} row-major, not normalised
     * @param inputGradient {@code [B, 3, H, W]} row-major
     */
    public record Gradient(float[] embeddings, float[] inputGradient) {}

    /** What this encoder is; {@code precision} is fp32. */
    public EncoderDescription description() {
        return description;
    }

    /**
     * Embeds a batch.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1]
     * @return {@code [count, D]} row-major, not normalised
     */
    public float[] embed(float[] pixels, int count) {
        PreprocessSpec spec = description.preprocess();
        return embed(pixels, count, spec.height(), spec.width());
    }

    /**
     * Embeds a batch of another size than the encoder's own; MobileNetV2, which is convolutions, takes any.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @return {@code [count, D]} row-major, not normalised
     * @throws EncoderException if the family takes no such size
     */
    public float[] embed(float[] pixels, int count, int height, int width) {
        return answer(pixels, count, height, width).embeddings();
    }

    /**
     * Embeds and classifies a batch of any size that the family takes.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @throws EncoderException if the family takes no such size
     */
    public Answers answer(float[] pixels, int count, int height, int width) {
        try (NDManager batch = program.newManager()) {
            Answers answers =
                    Differentiation.answers(program, batch.create(pixels, new Shape(count, 3, height, width)));
            return head.isEmpty()
                    ? answers
                    : new Answers(count, head.get().apply(answers.embeddings(), count), answers.logits());
        } catch (RuntimeException e) {
            throw failed(count, e);
        }
    }

    /**
     * Replaces all weights, so that an attack follows what training moves.
     *
     * @param row in the order of {@link TrainableEncoder#weights()}; not kept
     * @throws UnsupportedOperationException if the program was exported by somebody
     */
    public void setWeights(float[] row) {
        program.weights().write(row);
    }

    /**
     * All tokens of the last layer, where the family has them (DINO): {@code [count, tokens, D]} row-major, normed.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1]
     */
    public float[] tokens(float[] pixels, int count) {
        PreprocessSpec spec = description.preprocess();
        try (NDManager batch = program.newManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, spec.height(), spec.width()));
            return Differentiation.floats(program.call("tokens", input).get(0));
        } catch (RuntimeException e) {
            throw failed(count, e);
        }
    }

    /**
     * Differentiates the sum over all elements of {@code embeddings * cotangent}.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1]
     * @param cotangent {@code [D]}, for every row the same, or {@code [count, D]}
     */
    public Gradient gradient(float[] pixels, int count, float[] cotangent) {
        PreprocessSpec spec = description.preprocess();
        return gradient(pixels, count, spec.height(), spec.width(), embeddings -> cotangent);
    }

    /**
     * Differentiates a function of the embeddings, in one forward and one backward pass.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @param slope from embeddings {@code [count, D]}, not normalised, to the function's derivative by them, {@code
     *     [count, D]} or {@code [D]} for every row the same; called once, on this thread
     * @throws EncoderException if the family takes no such size
     */
    public Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope) {
        try (NDManager batch = program.newManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
            input.setRequiresGradient(true);
            Differentiation pass = Differentiation.forward(program, input);
            HeadedBatch batched = new HeadedBatch(head, pass.answers().embeddings(), count);
            float[] embeddings = batched.outputs();
            pass.backward(new Answers(count, batched.pullBack(slope.apply(embeddings)), new float[0]));
            return new Gradient(embeddings, Differentiation.floats(input.getGradient()));
        } catch (RuntimeException e) {
            throw failed(count, e);
        }
    }

    private EncoderException failed(int count, RuntimeException cause) {
        return new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), count), cause);
    }

    @Override
    public void close() {
        program.close();
    }
}

package io.bulwark.perception.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.bulwark.perception.preprocess.PreprocessSpec;
import java.util.function.UnaryOperator;

/**
 * An encoder in fp32 whose embeddings can be differentiated: for attacks and for what trains. Takes pictures as {@code [B,
 * 3, H, W]} floats in [0, 1], before mean and deviation, and gives embeddings that are not normalised, for FARE compares
 * those.
 *
 * <p>One thread at a time. DJL allows one gradient collector in a JVM: calls that differentiate wait for each other.
 */
public final class DifferentiableEncoder implements AutoCloseable {

    private static final Object ONE_COLLECTOR = new Object();
    private static final String RAW = "raw";

    private final EncoderDescription description;
    private final EncoderProgram program;

    DifferentiableEncoder(EncoderDescription description, EncoderProgram program) {
        this.description = description;
        this.program = program;
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
        return call(RAW, pixels, count, height, width);
    }

    /**
     * All tokens of the last layer, where the family has them (DINO): {@code [count, tokens, D]} row-major, normed.
     *
     * @param pixels {@code [count, 3, H, W]} in [0, 1]
     */
    public float[] tokens(float[] pixels, int count) {
        PreprocessSpec spec = description.preprocess();
        return call("tokens", pixels, count, spec.height(), spec.width());
    }

    private float[] call(String method, float[] pixels, int count, int height, int width) {
        try (NDManager batch = program.newManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
            return floats(program.call(method, input).get(0));
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
        synchronized (ONE_COLLECTOR) {
            try (NDManager batch = program.newManager();
                    GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
                input.setRequiresGradient(true);
                NDArray embeddings = program.call(RAW, input).get(0);
                float[] values = floats(embeddings);
                float[] derivative = slope.apply(values);
                NDArray direction = batch.create(
                        derivative, new Shape(derivative.length / description.dimension(), description.dimension()));
                collector.backward(embeddings.mul(direction).sum());
                return new Gradient(values, floats(input.getGradient()));
            } catch (RuntimeException e) {
                throw failed(count, e);
            }
        }
    }

    /** Not {@code toFloatArray}, which copies element by element: a gradient has as many as a batch has pixels. */
    private static float[] floats(NDArray array) {
        float[] values = new float[Math.toIntExact(array.size())];
        array.toByteBuffer().asFloatBuffer().get(values);
        return values;
    }

    private EncoderException failed(int count, RuntimeException cause) {
        return new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), count), cause);
    }

    @Override
    public void close() {
        program.close();
    }
}

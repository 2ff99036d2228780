package io.bulwark.perception.encoder;

import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import java.util.function.UnaryOperator;

/**
 * A {@link MaskNetwork} with gradients, for those who train or attack it: the layers
 * that {@link MaskLayers#logits} states, run by libtorch in fp32. One thread at a time.
 */
public interface DifferentiableMask extends AutoCloseable {

    /**
     * Answers.
     *
     * @param pixels {@code [count, 3, height, width]}, as {@link MaskNetwork#input} has them; sides are multiples
     *     of {@link MaskLayers#STEP}
     * @return {@code [count, 4, height / 2, width / 2]} logits
     */
    float[] logits(float[] pixels, int count, int height, int width);

    /**
     * Differentiates.
     *
     * @param pixels as those of {@link #logits}
     * @param slope given the logits, the derivative of what is differentiated by them
     * @param byWeights whether derivatives by the weights are wanted
     */
    Gradient gradient(
            float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope, boolean byWeights);

    /** Replaces the weights: as {@link MaskNetwork#weights} has them. */
    void setWeights(float[] weights);

    @Override
    void close();

    /**
     * Derivatives.
     *
     * @param pixels in the shape of the pixels
     * @param weights in the order of the weights; empty where they were not wanted
     */
    record Gradient(float[] pixels, float[] weights) {}
}

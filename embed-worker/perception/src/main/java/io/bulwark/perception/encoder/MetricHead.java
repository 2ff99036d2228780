package io.bulwark.perception.encoder;

import io.bulwark.perception.encoder.EncoderDescription.Fingerprints;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small network behind an encoder that never moves, which bends its metric towards what people find alike: DreamSim's
 * MLP head, {@code h(z) = z + B relu(A z + a) + b} of the embedding z as the encoder gives it, not normalised (Fu et al.,
 * NeurIPS 2023, section 4.2; on robust encoders Croce et al., SaTML 2025, whose code does the same). Any thread, as long as
 * no thread writes to the weights.
 *
 * @param dimension length D of an embedding
 * @param hidden width H of the layer between
 * @param weights one row: A as {@code [D, H]}, a as {@code [H]}, B as {@code [H, D]}, b as {@code [D]}; not copied
 */
public record MetricHead(int dimension, int hidden, float[] weights) {

    public MetricHead {
        if (weights.length != size(dimension, hidden)) {
            throw new IllegalArgumentException("a head of %d and %d units has %d weights, given are %d"
                    .formatted(dimension, hidden, size(dimension, hidden), weights.length));
        }
    }

    private static int size(int dimension, int hidden) {
        return Math.toIntExact(2L * dimension * hidden + hidden + dimension);
    }

    /** One that has learnt nothing: layers as PyTorch draws them, but B and b are zero, so that it changes nothing. */
    public static MetricHead fresh(int dimension, int hidden, long seed) {
        MetricHead head = new MetricHead(dimension, hidden, new float[size(dimension, hidden)]);
        SplittableRandom random = new SplittableRandom(seed);
        double bound = 1 / Math.sqrt(dimension);
        for (int i = 0; i < head.out(); i++) {
            head.weights[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return head;
    }

    /** Where each part lies in the row of weights. */
    public List<TensorPlace> parts() {
        return List.of(
                new TensorPlace("in", List.of((long) dimension, (long) hidden), 0, true),
                new TensorPlace("in_bias", List.of((long) hidden), inBias(), true),
                new TensorPlace("out", List.of((long) hidden, (long) dimension), out(), true),
                new TensorPlace("out_bias", List.of((long) dimension), outBias(), true));
    }

    private int inBias() {
        return dimension * hidden;
    }

    private int out() {
        return inBias() + hidden;
    }

    private int outBias() {
        return out() + hidden * dimension;
    }

    /**
     * What it makes of one embedding, and the way back.
     *
     * @param embedding {@code [D]}, as it was given
     * @param active {@code [H]}: the layer between
     * @param output {@code [D]}, not normalised
     */
    public record Pass(float[] embedding, float[] active, float[] output) {}

    /**
     * Runs the head.
     *
     * @param embedding {@code [D]}, not normalised
     */
    public Pass forward(float[] embedding) {
        float[] active = Arrays.copyOfRange(weights, inBias(), out());
        for (int d = 0; d < dimension; d++) {
            add(active, 0, weights, d * hidden, embedding[d], hidden);
        }
        float[] output = embedding.clone();
        add(output, 0, weights, outBias(), 1, dimension);
        for (int h = 0; h < hidden; h++) {
            active[h] = Math.max(0, active[h]);
            if (active[h] > 0) {
                add(output, 0, weights, out() + h * dimension, active[h], dimension);
            }
        }
        return new Pass(embedding.clone(), active, output);
    }

    /**
     * Runs it on rows.
     *
     * @param embeddings {@code [count, D]}, not normalised
     * @return {@code [count, D]}, not normalised
     */
    public float[] apply(float[] embeddings, int count) {
        float[] outputs = new float[embeddings.length];
        for (int row = 0; row < count; row++) {
            float[] one = Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension);
            System.arraycopy(forward(one).output(), 0, outputs, row * dimension, dimension);
        }
        return outputs;
    }

    /**
     * From a derivative by the output to those by the embedding and by the weights.
     *
     * @param slope {@code [D]} by the output
     * @param byWeights as {@link #weights()}, added to; null where they are not wanted
     * @return {@code [D]} by the embedding
     */
    public float[] pullBack(Pass pass, float[] slope, float[] byWeights) {
        float[] byActive = new float[hidden];
        for (int h = 0; h < hidden; h++) {
            if (pass.active()[h] > 0) {
                byActive[h] = dot(weights, out() + h * dimension, slope, dimension);
            }
        }
        float[] byEmbedding = slope.clone();
        for (int d = 0; d < dimension; d++) {
            byEmbedding[d] += dot(weights, d * hidden, byActive, hidden);
        }
        if (byWeights != null) {
            addWeights(pass, slope, byActive, byWeights);
        }
        return byEmbedding;
    }

    private void addWeights(Pass pass, float[] slope, float[] byActive, float[] byWeights) {
        for (int d = 0; d < dimension; d++) {
            add(byWeights, d * hidden, byActive, 0, pass.embedding()[d], hidden);
        }
        add(byWeights, inBias(), byActive, 0, 1, hidden);
        for (int h = 0; h < hidden; h++) {
            if (pass.active()[h] > 0) {
                add(byWeights, out() + h * dimension, slope, 0, pass.active()[h], dimension);
            }
        }
        add(byWeights, outBias(), slope, 0, 1, dimension);
    }

    private static void add(float[] into, int at, float[] row, int from, float factor, int length) {
        for (int i = 0; i < length; i++) {
            into[at + i] += factor * row[from + i];
        }
    }

    private static float dot(float[] row, int from, float[] other, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            sum += row[from + i] * other[i];
        }
        return sum;
    }

    /** What an encoder is once this head stands behind it: another metric, with its own fingerprint. */
    public EncoderDescription behind(EncoderDescription encoder) {
        return new EncoderDescription(
                new Fingerprints()
                        .text(encoder.fingerprint())
                        .text("metric head on raw embeddings " + hidden)
                        .floats(weights)
                        .hex(),
                encoder.name() + "+head",
                encoder.family(),
                encoder.dimension(),
                encoder.precision(),
                encoder.preprocess(),
                encoder.headClasses());
    }
}

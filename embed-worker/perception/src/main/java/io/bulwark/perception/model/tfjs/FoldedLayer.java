package io.bulwark.perception.model.tfjs;

import io.bulwark.perception.model.keras.LayerNetwork.Weighted;
import io.bulwark.perception.model.keras.Operation.Normalisation;
import io.bulwark.perception.model.tfjs.TfjsTensor.Stored;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A layer's weights with the normalisation behind it folded in: {@code gamma / sqrt(variance + epsilon)} for each output
 * multiplies the weights, and what is left of it goes into the bias.
 *
 * @param layer whose they are
 * @param kernel {@code [rows, columns, in, out]}, or {@code [in, out]}
 * @param factor {@code [out]}
 * @param bias {@code [out]}
 */
record FoldedLayer(Weighted layer, TfjsTensor kernel, double[] factor, float[] bias) {

    static FoldedLayer of(Weighted layer, TfjsWeights weights) {
        List<Integer> shape = layer.shape().stream().map(Math::toIntExact).toList();
        int out = shape.get(0);
        List<Integer> keras =
                layer.isDense() ? List.of(shape.get(1), out) : List.of(shape.get(2), shape.get(3), shape.get(1), out);
        TfjsTensor kernel = weights.take(layer.name(), "kernel", keras);
        float[] bias = layer.biased() ? vector(weights, layer.name(), "bias", out) : new float[out];
        double[] factor = new double[out];
        Arrays.fill(factor, 1);
        layer.normalised().ifPresent(folded -> {
            Normalisation how = folded.normalisation();
            float[] mean = vector(weights, folded.name(), "moving_mean", out);
            float[] variance = vector(weights, folded.name(), "moving_variance", out);
            float[] gamma = how.scaled() ? vector(weights, folded.name(), "gamma", out) : null;
            float[] beta = how.shifted() ? vector(weights, folded.name(), "beta", out) : new float[out];
            for (int o = 0; o < out; o++) {
                factor[o] = (gamma == null ? 1 : gamma[o]) / Math.sqrt(variance[o] + how.epsilon());
                bias[o] = (float) (beta[o] + (bias[o] - mean[o]) * factor[o]);
            }
        });
        return new FoldedLayer(layer, kernel, factor, bias);
    }

    private static float[] vector(TfjsWeights weights, String layer, String role, int length) {
        return weights.take(layer, role, List.of(length)).floats();
    }

    void add(SafetensorsWriter writer) {
        int out = bias.length;
        if (kernel.stored() == Stored.UINT8) {
            float[] scale = new float[out];
            float[] min = new float[out];
            for (int o = 0; o < out; o++) {
                scale[o] = (float) (kernel.scale() * factor[o]);
                min[o] = (float) (kernel.min() * factor[o]);
            }
            ByteBuffer bytes = ByteBuffer.allocate(kernel.bytes().length);
            sources().forEach(at -> bytes.put(kernel.bytes()[at]));
            writer.add(layer.weight(), ElementType.U8, layer.shape(), bytes.flip());
            writer.add(layer.weight() + ".scale", List.of((long) out), scale);
            writer.add(layer.weight() + ".min", List.of((long) out), min);
        } else {
            float[] stored = kernel.floats();
            float[] values = new float[stored.length];
            int row = stored.length / out;
            int[] from = sources().toArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (stored[from[i]] * factor[i / row]);
            }
            writer.add(layer.weight(), layer.shape(), values);
        }
        writer.add(layer.bias(), List.of((long) out), bias);
    }

    /** Where Keras has each number of {@code [out, in, rows, columns]}, whose outputs come last there. */
    private IntStream sources() {
        int out = bias.length;
        int in = Math.toIntExact(layer.shape().get(1));
        int area = kernel.bytes().length / kernel.stored().bytes() / out / in;
        return IntStream.range(0, out)
                .flatMap(o -> IntStream.range(0, in)
                        .flatMap(i -> IntStream.range(0, area).map(p -> (p * in + i) * out + o)));
    }
}

package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.EfficientNetLite0.Convolution;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** EfficientNet-Lite0 by plain loops in double precision: slow, and obviously what the paper's table says. */
public final class PlainEfficientNet {

    private static final double EPSILON = 1e-3;

    private PlainEfficientNet() {}

    /** A state dict with BatchNorm under the port's names, of weights that keep activations alive. */
    public static Map<String, float[]> randomStateDict(long seed, int classes) {
        Random random = new Random(seed);
        Map<String, float[]> tensors = new TreeMap<>();
        for (Convolution convolution : EfficientNetLite0.convolutions()) {
            int count = (int) elements(convolution);
            int out = convolution.shape().get(0).intValue();
            String norm = norm(convolution.name());
            tensors.put(conv(convolution.name()) + ".weight", normal(random, count, 0, Math.sqrt(2.0 * out / count)));
            tensors.put(norm + ".weight", normal(random, out, 1, 0.1));
            tensors.put(norm + ".bias", normal(random, out, 0.2, 0.2));
            tensors.put(norm + ".running_mean", normal(random, out, 0, 0.2));
            float[] variance = normal(random, out, 1, 0.1);
            tensors.put(norm + ".running_var", variance);
        }
        tensors.put("_fc.weight", normal(random, classes * 1280, 0, 0.05));
        tensors.put("_fc.bias", normal(random, classes, 0, 0.1));
        return tensors;
    }

    private static float[] normal(Random random, int count, double mean, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return values;
    }

    private static long elements(Convolution convolution) {
        return convolution.shape().stream().reduce(1L, (a, b) -> a * b);
    }

    /** The port's name of a convolution. */
    public static String conv(String name) {
        if (!name.startsWith("block_")) {
            return "_conv_" + name;
        }
        String[] parts = name.substring("block_".length()).split("\\.");
        return "_blocks." + parts[0] + "._" + parts[1] + "_conv";
    }

    /** The port's name of the BatchNorm behind it. */
    public static String norm(String name) {
        if (!name.startsWith("block_")) {
            return name.equals("stem") ? "_bn0" : "_bn1";
        }
        String[] parts = name.substring("block_".length()).split("\\.");
        int number = parts[1].equals("expand") ? 0 : parts[1].equals("depthwise") ? 1 : 2;
        return "_blocks." + parts[0] + "._bn" + number;
    }

    /**
     * Embeds one picture.
     *
     * @param pixels {@code [3, side, side]} in [0, 1]
     */
    public static double[] embed(Map<String, float[]> tensors, float[] pixels, int side) {
        double[] x = new double[pixels.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (pixels[i] * 255.0 - 127) / 128;
        }
        int size = side;
        double[] skipped = x;
        for (Convolution convolution : EfficientNetLite0.convolutions()) {
            String name = convolution.name();
            boolean first = name.endsWith(".expand") || name.equals("block_0.depthwise");
            skipped = first ? x : skipped;
            boolean linear = name.endsWith(".project");
            x = layer(tensors, convolution, x, size, !linear);
            size /= convolution.stride();
            boolean residual = linear && skipped.length == x.length && !name.startsWith("block_0");
            for (int i = 0; residual && i < x.length; i++) {
                x[i] += skipped[i];
            }
        }
        double[] means = new double[1280];
        for (int i = 0; i < x.length; i++) {
            means[i / (size * size)] += x[i] / (size * size);
        }
        return means;
    }

    /** Convolution, BatchNorm, ReLU6; "same" as TensorFlow pads it. */
    private static double[] layer(
            Map<String, float[]> tensors, Convolution convolution, double[] in, int size, boolean clipped) {
        float[] kernels = tensors.get(conv(convolution.name()) + ".weight");
        String norm = norm(convolution.name());
        int out = convolution.shape().get(0).intValue();
        int depth = convolution.shape().get(1).intValue();
        int kernel = convolution.shape().get(2).intValue();
        int stride = convolution.stride();
        int rows = size / stride;
        int padding = Math.max(0, (rows - 1) * stride + kernel - size) / 2;
        boolean depthwise = depth == 1;
        double[] result = new double[out * rows * rows];
        for (int channel = 0; channel < out; channel++) {
            double factor = tensors.get(norm + ".weight")[channel]
                    / Math.sqrt(tensors.get(norm + ".running_var")[channel] + EPSILON);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < rows; column++) {
                    double sum = 0;
                    for (int d = 0; d < depth; d++) {
                        for (int k = 0; k < kernel * kernel; k++) {
                            int y = row * stride + k / kernel - padding;
                            int x = column * stride + k % kernel - padding;
                            if (y >= 0 && y < size && x >= 0 && x < size) {
                                int plane = depthwise ? channel : d;
                                sum += in[(plane * size + y) * size + x]
                                        * kernels[(channel * depth + d) * kernel * kernel + k];
                            }
                        }
                    }
                    double value = (sum - tensors.get(norm + ".running_mean")[channel]) * factor
                            + tensors.get(norm + ".bias")[channel];
                    result[(channel * rows + row) * rows + column] = clipped ? Math.max(0, Math.min(6, value)) : value;
                }
            }
        }
        return result;
    }
}

package io.bulwark.perception.model;

import io.bulwark.perception.encoder.TensorPlace;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The residual CNN as loops over one picture in double precision, slow and without a layout to get wrong.
 *
 * @param weights by the checkpoint's names, row-major
 * @param grey whether the network sees the channels' mean
 * @param depths blocks of each stage
 * @param mean of each channel
 * @param deviation of each channel
 */
record PlainResidualCnn(
        Map<String, double[]> weights, boolean grey, List<Integer> depths, double mean, double deviation) {

    /** Channels of a picture or an activation, {@code [channels][height][width]}. */
    private record Planes(double[][][] values) {

        int channels() {
            return values.length;
        }

        int height() {
            return values[0].length;
        }

        int width() {
            return values[0][0].length;
        }

        /** Zero outside. */
        double at(int channel, int y, int x) {
            return y < 0 || x < 0 || y >= height() || x >= width() ? 0 : values[channel][y][x];
        }
    }

    static PlainResidualCnn of(
            float[] row, List<TensorPlace> places, boolean grey, List<Integer> depths, double mean, double deviation) {
        Map<String, double[]> weights = new HashMap<>();
        for (TensorPlace place : places) {
            double[] values = new double[place.length()];
            Arrays.setAll(values, i -> row[place.offset() + i]);
            weights.put(place.name(), values);
        }
        return new PlainResidualCnn(weights, grey, depths, mean, deviation);
    }

    /**
     * Embeds one picture.
     *
     * @param pixels {@code [3, height, width]} in [0, 1]
     */
    double[] embed(double[] pixels, int height, int width) {
        Planes x = seen(pixels, height, width);
        for (int stage = 0; stage < depths.size(); stage++) {
            String name = "stages." + stage + ".";
            x = convolved(x, name + "entry", 2);
            for (int block = 0; block < depths.get(stage); block++) {
                String convolution = name + "blocks." + block + ".conv_";
                Planes change = convolved(rectified(x), convolution + 0, 1);
                x = sum(x, convolved(rectified(change), convolution + 1, 1));
            }
            x = rectified(x);
        }
        double[] bias = weights.get("head.bias");
        double[] weight = weights.get("head.weight");
        double[] embedding = bias.clone();
        for (int d = 0; d < embedding.length; d++) {
            int next = d * weight.length / bias.length;
            for (double[][] plane : x.values()) {
                for (double[] line : plane) {
                    for (double value : line) {
                        embedding[d] += weight[next++] * value;
                    }
                }
            }
        }
        return embedding;
    }

    private Planes seen(double[] pixels, int height, int width) {
        double[][][] seen = new double[grey ? 1 : 3][height][width];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double value = (pixels[(channel * height + y) * width + x] - mean) / deviation;
                    seen[grey ? 0 : channel][y][x] += grey ? value / 3 : value;
                }
            }
        }
        return new Planes(seen);
    }

    private Planes convolved(Planes in, String name, int stride) {
        double[] bias = weights.get(name + ".bias");
        double[] weight = weights.get(name + ".weight");
        double[][][] out =
                new double[bias.length][(in.height() + stride - 1) / stride][(in.width() + stride - 1) / stride];
        for (int o = 0; o < out.length; o++) {
            for (int y = 0; y < out[o].length; y++) {
                for (int x = 0; x < out[o][y].length; x++) {
                    out[o][y][x] = bias[o];
                    for (int i = 0; i < in.channels(); i++) {
                        for (int tap = 0; tap < 9; tap++) {
                            out[o][y][x] += weight[(o * in.channels() + i) * 9 + tap]
                                    * in.at(i, stride * y + tap / 3 - 1, stride * x + tap % 3 - 1);
                        }
                    }
                }
            }
        }
        return new Planes(out);
    }

    private static Planes rectified(Planes in) {
        return each(in, (channel, y, x) -> Math.max(0, in.at(channel, y, x)));
    }

    private static Planes sum(Planes one, Planes other) {
        return each(one, (channel, y, x) -> one.at(channel, y, x) + other.at(channel, y, x));
    }

    @FunctionalInterface
    private interface Value {

        double at(int channel, int y, int x);
    }

    private static Planes each(Planes like, Value value) {
        double[][][] values = new double[like.channels()][like.height()][like.width()];
        for (int channel = 0; channel < like.channels(); channel++) {
            for (int y = 0; y < like.height(); y++) {
                for (int x = 0; x < like.width(); x++) {
                    values[channel][y][x] = value.at(channel, y, x);
                }
            }
        }
        return new Planes(values);
    }
}

package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.perception.model.tfjs.FoldedLayer.Layout;
import io.bulwark.perception.model.tfjs.TfjsModel.Weight;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds MobileNetV2's layers by the names that Keras gives them and holds each to what the program computes. */
final class MobileNetV2Layers {

    private static final int BLOCKS = 16;

    private final TfjsModel model;
    private final Map<String, FoldedLayer> layers = new LinkedHashMap<>();

    private MobileNetV2Layers(TfjsModel model) {
        this.model = model;
    }

    /**
     * All layers by their names in the package.
     *
     * @throws IllegalArgumentException if one is missing or differs from MobileNetV2's
     */
    static Map<String, FoldedLayer> of(TfjsModel model) {
        MobileNetV2Layers reader = new MobileNetV2Layers(model);
        reader.readAll();
        return reader.layers;
    }

    private void readAll() {
        convolution("stem", "Conv1", "bn_Conv1", 2);
        require("Conv1_pad", "ZeroPadding2D", "padding", "[[0,1],[0,1]]");
        depthwise("block_0.depthwise", "expanded_conv_depthwise", 1);
        convolution("block_0.project", "expanded_conv_project", "expanded_conv_project_BN", 1);
        for (int block = 1; block <= BLOCKS; block++) {
            String keras = "block_" + block;
            boolean strided = model.layers().containsKey(keras + "_pad");
            if (strided) {
                require(keras + "_pad", "ZeroPadding2D", "padding", "[[0,1],[0,1]]");
            }
            convolution(keras + ".expand", keras + "_expand", keras + "_expand_BN", 1);
            depthwise(keras + ".depthwise", keras + "_depthwise", strided ? 2 : 1);
            convolution(keras + ".project", keras + "_project", keras + "_project_BN", 1);
        }
        convolution("last", "Conv_1", "Conv_1_bn", 1);
        dense(1, "relu");
        dense(2, "relu");
        dense(3, "softmax");
        for (JsonNode layer : model.layers().values()) {
            if (layer.path("class_name").asText().equals("ReLU")) {
                require(layer.path("name").asText(), "ReLU", "max_value", "6");
            }
        }
    }

    private void convolution(String name, String layer, String norm, int stride) {
        require(layer, "Conv2D", "use_bias", "false");
        require(layer, "Conv2D", "activation", "linear");
        require(layer, "Conv2D", "strides", "[%1$d,%1$d]".formatted(stride));
        layers.put(name, folded(weight(layer + "/kernel", 4), norm, Layout.CONVOLUTION));
    }

    private void depthwise(String name, String layer, int stride) {
        require(layer, "DepthwiseConv2D", "use_bias", "false");
        require(layer, "DepthwiseConv2D", "depth_multiplier", "1");
        require(layer, "DepthwiseConv2D", "padding", stride == 1 ? "same" : "valid");
        require(layer, "DepthwiseConv2D", "strides", "[%1$d,%1$d]".formatted(stride));
        layers.put(name, folded(weight(layer + "/depthwise_kernel", 4), layer + "_BN", Layout.DEPTHWISE));
    }

    private void dense(int number, String activation) {
        String layer = "dense_" + number;
        require(layer, "Dense", "activation", activation);
        Weight bias = weight(layer + "/bias", 1);
        double[] ones = new double[bias.raw().length];
        Arrays.fill(ones, 1);
        layers.put("head." + layer, new FoldedLayer(weight(layer + "/kernel", 2), ones, values(bias), Layout.DENSE));
    }

    private FoldedLayer folded(Weight kernel, String norm, Layout layout) {
        double epsilon = config(norm, "BatchNormalization").path("epsilon").asDouble();
        double[] gain = values(weight(norm + "/gamma", 1));
        double[] bias = values(weight(norm + "/beta", 1));
        double[] mean = values(weight(norm + "/moving_mean", 1));
        double[] variance = values(weight(norm + "/moving_variance", 1));
        int out = layout == Layout.DEPTHWISE ? kernel.shape()[2] : kernel.shape()[3];
        if (gain.length != out || bias.length != out || mean.length != out || variance.length != out) {
            throw new IllegalArgumentException(
                    "layer '%s' does not have the %d channels before it".formatted(norm, out));
        }
        for (int i = 0; i < out; i++) {
            gain[i] /= Math.sqrt(variance[i] + epsilon);
            bias[i] -= gain[i] * mean[i];
        }
        return new FoldedLayer(kernel, gain, bias, layout);
    }

    private static double[] values(Weight weight) {
        double[] values = new double[weight.raw().length];
        Arrays.setAll(values, weight::value);
        return values;
    }

    private Weight weight(String name, int rank) {
        Weight weight = model.weights().get(name);
        if (weight == null || weight.shape().length != rank) {
            throw new IllegalArgumentException("the model is not MobileNetV2: weight '%s' is %s"
                    .formatted(name, weight == null ? "missing" : "of shape " + Arrays.toString(weight.shape())));
        }
        return weight;
    }

    private JsonNode config(String layer, String className) {
        JsonNode found = model.layers().get(layer);
        if (found == null || !found.path("class_name").asText().equals(className)) {
            throw new IllegalArgumentException("the model is not MobileNetV2: layer '%s' is %s instead of %s"
                    .formatted(
                            layer,
                            found == null ? "missing" : found.path("class_name").asText(),
                            className));
        }
        return found.path("config");
    }

    private void require(String layer, String className, String key, String wanted) {
        JsonNode value = config(layer, className).path(key);
        String found = value.isTextual() ? value.asText() : value.toString().replace(".0", "");
        if (!found.equals(wanted)) {
            throw new IllegalArgumentException("the model is not MobileNetV2: layer '%s' has %s %s instead of %s"
                    .formatted(layer, key, found, wanted));
        }
    }
}

package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;

/**
 * A MobileNetV2 as Keras names its layers, with seeded random bytes as weights, in either form that TensorFlow.js models
 * are distributed in.
 */
final class SmallKerasModel {

    static final double SCALE = 0.01;
    static final double MIN = -0.5;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int[][] STAGES = {{24, 2, 2}, {32, 3, 2}, {64, 4, 2}, {96, 3, 1}, {160, 3, 2}, {320, 1, 1}};

    final ArrayNode layers = JSON.createArrayNode();
    private final ArrayNode weights = JSON.createArrayNode();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Random random = new Random(17);

    SmallKerasModel() {
        pad("Conv1_pad");
        convolution("Conv1", "bn_Conv1", 3, 3, 32, 2);
        relu("Conv1_relu");
        depthwise("expanded_conv_depthwise", 32, 1);
        convolution("expanded_conv_project", "expanded_conv_project_BN", 1, 32, 16, 1);
        int channels = 16;
        int block = 0;
        for (int[] stage : STAGES) {
            for (int i = 0; i < stage[1]; i++) {
                String name = "block_" + ++block;
                int stride = i == 0 ? stage[2] : 1;
                convolution(name + "_expand", name + "_expand_BN", 1, channels, 6 * channels, 1);
                if (stride == 2) {
                    pad(name + "_pad");
                }
                depthwise(name + "_depthwise", 6 * channels, stride);
                convolution(name + "_project", name + "_project_BN", 1, 6 * channels, stage[0], 1);
                channels = stage[0];
            }
        }
        convolution("Conv_1", "Conv_1_bn", 1, channels, 1280, 1);
        dense("dense_1", 1280, 256, "relu");
        dense("dense_2", 256, 128, "relu");
        dense("dense_3", 128, 5, "softmax");
    }

    ObjectNode layer(String name) {
        for (JsonNode layer : layers) {
            if (layer.path("name").asText().equals(name)) {
                return (ObjectNode) layer;
            }
        }
        throw new IllegalArgumentException(name);
    }

    ObjectNode config(String name) {
        return (ObjectNode) layer(name).path("config");
    }

    /** The stored byte at an index of a weight. */
    int stored(String weight, int index) {
        int at = 0;
        for (JsonNode spec : weights) {
            int elements = 1;
            for (JsonNode extent : spec.path("shape")) {
                elements *= extent.asInt();
            }
            if (spec.path("name").asText().equals(weight)) {
                return bytes.toByteArray()[at + index] & 0xff;
            }
            at += elements;
        }
        throw new IllegalArgumentException(weight);
    }

    /** As npm packages ship it: UMD modules, minified. */
    void writeModules(Path folder) throws IOException {
        Files.createDirectories(folder);
        String literal = json("group1-shard1of1")
                .replaceAll("\"([A-Za-z_]\\w*)\":", "$1:")
                .replace(":true", ":!0")
                .replace(":false", ":!1")
                .replace(":0.", ":.")
                .replace(":-0.", ":-.");
        Files.writeString(folder.resolve("model.min.js"), module(literal));
        String base64 = Base64.getEncoder().encodeToString(bytes.toByteArray());
        Files.writeString(folder.resolve("group1-shard1of1.min.js"), module('"' + base64 + '"'));
    }

    /** As TensorFlow.js's converter writes it. */
    void writeFiles(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("model.json"), json("group1-shard1of1.bin"));
        Files.write(folder.resolve("group1-shard1of1.bin"), bytes.toByteArray());
    }

    private static String module(String literal) {
        return "!function(e){if(\"object\"==typeof exports)module.exports=e()}(function(){return function e(a){}({1:["
                + "function(e,a,n){a.exports=" + literal + "},{}]},{},[1])(1)});";
    }

    private String json(String shard) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("modelTopology")
                .putObject("model_config")
                .putObject("config")
                .set("layers", layers);
        ObjectNode group = root.putArray("weightsManifest").addObject();
        group.putArray("paths").add(shard);
        group.set("weights", weights);
        return root.toString();
    }

    private ObjectNode add(String name, String type) {
        ObjectNode layer = layers.addObject();
        layer.put("name", name).put("class_name", type);
        return layer.putObject("config").put("name", name);
    }

    private void pad(String name) {
        ArrayNode padding = add(name, "ZeroPadding2D").putArray("padding");
        padding.addArray().add(0).add(1);
        padding.addArray().add(0).add(1);
    }

    private void relu(String name) {
        add(name, "ReLU").put("max_value", 6);
    }

    private void convolution(String name, String norm, int kernel, int in, int out, int stride) {
        ObjectNode config = add(name, "Conv2D").put("use_bias", false).put("activation", "linear");
        config.putArray("strides").add(stride).add(stride);
        weight(name + "/kernel", kernel, kernel, in, out);
        norm(norm, out);
    }

    private void depthwise(String name, int channels, int stride) {
        ObjectNode config = add(name, "DepthwiseConv2D").put("use_bias", false).put("depth_multiplier", 1);
        config.put("padding", stride == 1 ? "same" : "valid");
        config.putArray("strides").add(stride).add(stride);
        weight(name + "/depthwise_kernel", 3, 3, channels, 1);
        norm(name + "_BN", channels);
    }

    private void norm(String name, int channels) {
        add(name, "BatchNormalization").put("epsilon", 0.001);
        for (String part : new String[] {"gamma", "beta", "moving_mean", "moving_variance"}) {
            weight(name + "/" + part, channels);
        }
    }

    private void dense(String name, int in, int out, String activation) {
        add(name, "Dense").put("activation", activation);
        weight(name + "/kernel", in, out);
        weight(name + "/bias", out);
    }

    private void weight(String name, int... shape) {
        ObjectNode spec = weights.addObject();
        spec.put("name", name).put("dtype", "float32");
        ArrayNode extents = spec.putArray("shape");
        int elements = 1;
        for (int extent : shape) {
            extents.add(extent);
            elements *= extent;
        }
        boolean variance = name.endsWith("variance");
        spec.putObject("quantization").put("dtype", "uint8").put("scale", SCALE).put("min", variance ? 0.5 : MIN);
        byte[] random = new byte[elements];
        this.random.nextBytes(random);
        bytes.writeBytes(random);
    }
}

package io.bulwark.perception.model.published;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.perception.model.keras.LayerNetwork;
import io.bulwark.perception.model.keras.Operation;
import io.bulwark.perception.model.keras.Window;
import io.bulwark.perception.model.keras.Window.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The topology of a functional Keras model, as Keras and TensorFlow.js write it: {@code {"class_name": "Model", "config":
 * {"layers": [...]}}}. Layers of other kinds than Inception V3 has are refused by name.
 */
public final class KerasTopology {

    /** Its file in a Bulwark package. */
    public static final String FILE = "keras.json";

    /** What says how layers were made or taught, and changes no answer. */
    private static final Set<String> OF_TRAINING = Set.of(
            "name",
            "trainable",
            "dtype",
            "sparse",
            "ragged",
            "momentum",
            "rate",
            "noise_shape",
            "seed",
            "kernel_initializer",
            "bias_initializer",
            "beta_initializer",
            "gamma_initializer",
            "moving_mean_initializer",
            "moving_variance_initializer",
            "kernel_regularizer",
            "bias_regularizer",
            "beta_regularizer",
            "gamma_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "bias_constraint",
            "beta_constraint",
            "gamma_constraint");

    private static final int MOST_INPUTS = 4 * LayerNetwork.LARGEST;

    private static final Map<String, String> CHANNELS_LAST = Map.of("data_format", "channels_last", "groups", "1");

    private final String where;
    private final LayerNetwork.Builder network = new LayerNetwork.Builder();

    private KerasTopology(String where) {
        this.where = where;
    }

    /**
     * Reads a topology.
     *
     * @param where what messages call it
     * @param topology the model, or an object that holds it as {@code model_config}
     * @throws IllegalArgumentException if it is none, or one that this version does not read; the message names the layer
     */
    public static LayerNetwork read(String where, JsonNode topology) {
        try {
            return new KerasTopology(where).network(topology);
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            throw new IllegalArgumentException(message.startsWith(where) ? message : where + ": " + message, e);
        }
    }

    private LayerNetwork network(JsonNode topology) {
        JsonNode model = topology.has("model_config") ? topology.path("model_config") : topology;
        String kind = model.path("class_name").asText();
        if (!Set.of("Model", "Functional").contains(kind)) {
            throw new IllegalArgumentException("it is a '%s'; this version reads functional models".formatted(kind));
        }
        JsonNode config = model.path("config");
        String input = only(config, "input_layers");
        String output = only(config, "output_layers");
        if (config.path("layers").size() > LayerNetwork.LARGEST) {
            throw new IllegalArgumentException("it has %d layers, at most %d are allowed"
                    .formatted(config.path("layers").size(), LayerNetwork.LARGEST));
        }
        Map<String, JsonNode> pending = new LinkedHashMap<>();
        for (JsonNode layer : config.path("layers")) {
            if (pending.put(layer.path("name").asText(), layer) != null) {
                throw new IllegalArgumentException("two layers are named " + layer.path("name"));
            }
        }
        if (!pending.containsKey(input)) {
            throw new IllegalArgumentException("there is no layer '%s', which is the input".formatted(input));
        }
        add(input, pending.remove(input), List.of());
        Map<String, List<String>> inputs = new LinkedHashMap<>();
        int all = 0;
        for (Map.Entry<String, JsonNode> layer : pending.entrySet()) {
            List<String> ofLayer = inputs(layer.getKey(), layer.getValue());
            inputs.put(layer.getKey(), ofLayer);
            all += ofLayer.size();
            if (all > MOST_INPUTS) {
                throw new IllegalArgumentException(
                        "its layers have more than %d inputs together".formatted(MOST_INPUTS));
            }
        }
        while (!pending.isEmpty()) {
            addReady(pending, inputs);
        }
        return network.build(output);
    }

    /** Adds the layers whose inputs are there. */
    private void addReady(Map<String, JsonNode> pending, Map<String, List<String>> inputsOf) {
        List<String> ready = new ArrayList<>();
        for (Map.Entry<String, JsonNode> layer : pending.entrySet()) {
            List<String> inputs = inputsOf.get(layer.getKey());
            if (inputs.stream().allMatch(network::knows)) {
                add(layer.getKey(), layer.getValue(), inputs);
                ready.add(layer.getKey());
            }
        }
        if (ready.isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing leads from the input to %s".formatted(new TreeSet<>(pending.keySet())));
        }
        ready.forEach(pending::remove);
    }

    private static String only(JsonNode config, String list) {
        JsonNode found = config.path(list);
        // One is written as [name, 0, 0] or in a list of one.
        JsonNode one = found.path(0).isArray() && found.size() == 1 ? found.path(0) : found;
        if (one.size() != 3 || !one.path(0).isTextual()) {
            throw new IllegalArgumentException("'%s' is %s; this version reads one".formatted(list, found));
        }
        return one.path(0).asText();
    }

    private static List<String> inputs(String name, JsonNode layer) {
        JsonNode nodes = layer.path("inbound_nodes");
        if (nodes.size() != 1 || nodes.path(0).isEmpty()) {
            throw new IllegalArgumentException(
                    "layer '%s' is used %d times; this version reads layers that are used once"
                            .formatted(name, nodes.size()));
        }
        List<String> inputs = new ArrayList<>();
        for (JsonNode input : nodes.path(0)) {
            boolean plain = input.path(0).isTextual()
                    && input.path(1).asInt(-1) == 0
                    && input.path(2).asInt(-1) == 0
                    && input.path(3).isEmpty();
            if (!plain) {
                throw new IllegalArgumentException(
                        "layer '%s' gets %s; this version reads [name, 0, 0, {}]".formatted(name, input));
            }
            inputs.add(input.path(0).asText());
        }
        return inputs;
    }

    private void add(String name, JsonNode layer, List<String> inputs) {
        String kind = layer.path("class_name").asText();
        ConfigFields config =
                new ConfigFields("%s: layer '%s' (%s)".formatted(where, name, kind), layer.path("config"));
        Operation operation = operation(kind, config);
        if (inputs.size() > 1 && !(operation instanceof Operation.Concatenation)) {
            throw new IllegalArgumentException(
                    "%s gets %d inputs; this version reads one".formatted(config.where(), inputs.size()));
        }
        network.add(name, operation, inputs);
        if (!kind.equals("Activation")) {
            activation(config).ifPresent(behind -> network.add(name, behind, List.of(name)));
        }
    }

    private Operation operation(String kind, ConfigFields config) {
        return switch (kind) {
            case "InputLayer" -> input(config);
            case "Conv2D" -> convolution(config);
            case "BatchNormalization" -> normalisation(config);
            case "Activation" -> {
                options(config, Set.of("activation"), Map.of());
                yield activation(config).orElse(new Operation.Nothing());
            }
            case "MaxPooling2D" -> new Operation.LargestOf(pooling(config));
            case "AveragePooling2D" -> new Operation.MeanOf(pooling(config));
            case "GlobalAveragePooling2D" -> {
                options(config, Set.of(), Map.of("data_format", "channels_last", "keepdims", "false"));
                yield new Operation.MeanOfAll();
            }
            case "Concatenate" -> {
                options(config, Set.of("axis"), Map.of());
                ofChannels(config);
                yield new Operation.Concatenation();
            }
            case "Flatten" -> {
                options(config, Set.of(), CHANNELS_LAST);
                yield new Operation.Flattening();
            }
            case "Dense" -> {
                options(config, Set.of("units", "activation", "use_bias"), Map.of());
                yield new Operation.Dense(config.integer("units"), biased(config));
            }
            case "Dropout" -> {
                options(config, Set.of(), Map.of());
                yield new Operation.Nothing();
            }
            default ->
                throw new IllegalArgumentException(config.where()
                        + " is of a kind that this version does not read; it reads InputLayer, Conv2D, BatchNormalization,"
                        + " Activation, MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D, Concatenate, Flatten, Dense,"
                        + " Dropout");
        };
    }

    private static void options(ConfigFields config, Set<String> understood, Map<String, String> fixed) {
        Set<String> all = new TreeSet<>(understood);
        all.addAll(OF_TRAINING);
        config.onlyOptions(all, fixed);
    }

    private Operation input(ConfigFields config) {
        options(config, Set.of("batch_input_shape", "batch_shape"), Map.of());
        JsonNode shape = config.node().path(config.node().has("batch_shape") ? "batch_shape" : "batch_input_shape");
        boolean pictures = shape.size() == 4
                && shape.path(0).isNull()
                && shape.path(1).asInt() > 0
                && shape.path(1).asInt() == shape.path(2).asInt()
                && shape.path(3).asInt() == 3;
        if (!pictures) {
            throw new IllegalArgumentException(
                    "%s is of shape %s; this version reads [null, SIDE, SIDE, 3]".formatted(config.where(), shape));
        }
        return new Operation.Pixels(shape.path(1).asInt(), shape.path(2).asInt());
    }

    private static Operation convolution(ConfigFields config) {
        options(
                config,
                Set.of("filters", "kernel_size", "strides", "padding", "dilation_rate", "activation", "use_bias"),
                CHANNELS_LAST);
        int[] kernel = config.size("kernel_size", 0);
        Pair dilation = pair(config, "dilation_rate", Pair.ONE);
        Window window = new Window(kernel[0], kernel[1], pair(config, "strides", Pair.ONE), dilation, same(config));
        return new Operation.Convolution(window, config.integer("filters"), biased(config));
    }

    private static Window pooling(ConfigFields config) {
        options(config, Set.of("pool_size", "strides", "padding"), CHANNELS_LAST);
        int[] kernel = config.size("pool_size", 2);
        Pair stride = pair(config, "strides", new Pair(kernel[0], kernel[1]));
        return new Window(kernel[0], kernel[1], stride, Pair.ONE, same(config));
    }

    private static Operation normalisation(ConfigFields config) {
        options(config, Set.of("axis", "epsilon", "center", "scale"), Map.of());
        ofChannels(config);
        return new Operation.Normalisation(
                config.number("epsilon", 1e-3),
                config.node().path("scale").asBoolean(true),
                config.node().path("center").asBoolean(true));
    }

    private static Pair pair(ConfigFields config, String name, Pair otherwise) {
        if (!config.node().hasNonNull(name)) {
            return otherwise;
        }
        int[] size = config.size(name, 0);
        return new Pair(size[0], size[1]);
    }

    private static boolean same(ConfigFields config) {
        String padding = config.text("padding", "valid");
        if (!Set.of("same", "valid").contains(padding)) {
            throw new IllegalArgumentException(
                    "%s pads '%s'; this version reads same and valid".formatted(config.where(), padding));
        }
        return padding.equals("same");
    }

    private static boolean biased(ConfigFields config) {
        return config.node().path("use_bias").asBoolean(true);
    }

    /** Requires that the axis is the last of four. An axis may be written as a list of one. */
    private static void ofChannels(ConfigFields config) {
        JsonNode axis = config.node().path("axis");
        int number = (axis.isArray() && axis.size() == 1 ? axis.path(0) : axis).asInt(-1);
        if (number != -1 && number != 3) {
            throw new IllegalArgumentException("%s goes along axis %s; this version reads that of the channels, 3"
                    .formatted(config.where(), axis));
        }
    }

    /** What a layer's option of that name does; empty where it does nothing. */
    private static Optional<Operation> activation(ConfigFields config) {
        return switch (config.text("activation", "linear")) {
            case "linear" -> Optional.empty();
            case "relu" -> Optional.of(new Operation.Relu());
            case "softmax" -> Optional.of(new Operation.Softmax());
            default ->
                throw new IllegalArgumentException(
                        "%s has the activation '%s'; this version reads linear, relu and softmax"
                                .formatted(config.where(), config.text("activation", "")));
        };
    }
}

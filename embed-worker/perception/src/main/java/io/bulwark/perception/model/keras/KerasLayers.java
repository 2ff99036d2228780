package io.bulwark.perception.model.keras;

import io.bulwark.perception.model.family.Family;
import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.model.family.Weights;
import io.bulwark.perception.model.family.Weights.ChannelsLast;
import io.bulwark.perception.model.keras.LayerNetwork.Step;
import io.bulwark.perception.model.keras.LayerNetwork.Weighted;
import io.bulwark.perception.model.keras.Operation.Concatenation;
import io.bulwark.perception.model.keras.Operation.Convolution;
import io.bulwark.perception.model.keras.Operation.Dense;
import io.bulwark.perception.model.keras.Operation.Flattening;
import io.bulwark.perception.model.keras.Operation.LargestOf;
import io.bulwark.perception.model.keras.Operation.MeanOf;
import io.bulwark.perception.model.keras.Operation.MeanOfAll;
import io.bulwark.perception.model.keras.Operation.Relu;
import io.bulwark.perception.model.keras.Window.Padding;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A network of Keras layers whose normalisations are folded, such as Inception V3. */
public final class KerasLayers implements Family {

    /** The family's name in {@code model.json}. */
    public static final String NAME = "keras-layers";

    private final LayerNetwork network;
    private final Program program;
    private final Map<String, List<Long>> tensors = new LinkedHashMap<>();
    private final Set<String> head;

    /** @throws IllegalArgumentException if nothing in the network has weights */
    public KerasLayers(LayerNetwork network) {
        this.network = network;
        for (Weighted layer : network.weighted()) {
            tensors.put(layer.weight(), layer.shape());
            tensors.put(layer.bias(), layer.shape().subList(0, 1));
        }
        head = network.weighted().stream()
                .filter(Weighted::isDense)
                .map(Weighted::name)
                .collect(Collectors.toUnmodifiableSet());
        program = LayerProgram.of(network);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int dimension() {
        return network.dimension();
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public Map<String, List<Long>> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        return ChannelsLast.layOut(tensors, weights, name -> isHead(name) ? ElementType.F32 : type);
    }

    @Override
    public List<Piece> pieces() {
        return tensors.entrySet().stream()
                .map(tensor -> new Piece(tensor.getKey(), tensor.getValue(), tensor.getKey(), 0))
                .toList();
    }

    @Override
    public boolean isHead(String tensor) {
        return head.contains(tensor.substring(0, tensor.lastIndexOf('.')));
    }

    @Override
    public long multiplications() {
        return network.weighted().stream().mapToLong(Weighted::multiplications).sum();
    }

    @Override
    public String toString() {
        return "%s of %d layers with weights".formatted(NAME, tensors.size() / 2);
    }

    /** Writes a network's layers as methods of a program, a line for each that does something. One thread. */
    static final class LayerProgram {

        private static final String ENTRIES = "keras_layers.py";

        private final LayerNetwork network;
        private final StringBuilder text = new StringBuilder();

        /** What a step's answer is called, by its place. */
        private final List<String> names = new ArrayList<>();

        private LayerProgram(LayerNetwork network) {
            this.network = network;
        }

        static Program of(LayerNetwork network) {
            Program entries = Program.beside(LayerProgram.class, ENTRIES);
            return new Program(entries.name(), entries.text() + new LayerProgram(network).methods());
        }

        private String methods() {
            begin("features", "pixels");
            names.add("x0");
            String some = network.weighted().get(0).name();
            line("x0 = torch.to(pixels, self.%s_weight)".formatted(some));
            List<Step> body = network.body();
            body.subList(1, body.size()).forEach(this::write);
            line("return torch.to(%s, 6)".formatted(names.get(names.size() - 1)));
            begin("logits", "embedding");
            names.set(names.size() - 1, "embedding");
            network.head().forEach(this::write);
            line("return " + names.get(names.size() - 1));
            return text.toString();
        }

        private void begin(String method, String argument) {
            text.append(
                    "\n  def %s(self: __torch__.Program,\n    %s: Tensor) -> Tensor:\n".formatted(method, argument));
        }

        private void line(String line) {
            text.append("    ").append(line).append('\n');
        }

        private void write(Step step) {
            String value = value(step);
            if (value.isEmpty()) {
                names.add(names.get(step.input()));
                return;
            }
            String name = "x" + names.size();
            line(name + " = " + value);
            names.add(name);
        }

        /** What a step computes; empty where it passes on what it gets. */
        private String value(Step step) {
            Operation operation = step.operation();
            String in = names.get(step.input());
            if (operation instanceof Convolution convolution) {
                return convolution(step, in, convolution.window());
            } else if (operation instanceof Relu) {
                return "torch.relu(%s)".formatted(in);
            } else if (operation instanceof LargestOf pooling) {
                return "torch.max_pool2d(%s, %s, [1, 1], False)".formatted(in, pooled(step, pooling.window()));
            } else if (operation instanceof MeanOf pooling) {
                return "torch.avg_pool2d(%s, %s, False, False, None)".formatted(in, pooled(step, pooling.window()));
            } else if (operation instanceof MeanOfAll) {
                return "torch.mean(%s, [2, 3], False)".formatted(in);
            } else if (operation instanceof Concatenation) {
                return "torch.cat([%s], 1)"
                        .formatted(step.inputs().stream().map(names::get).collect(Collectors.joining(", ")));
            } else if (operation instanceof Flattening) {
                return "torch.flatten(torch.permute(%s, [0, 2, 3, 1]), 1)".formatted(in);
            } else if (operation instanceof Dense) {
                return "torch.linear(%s, self.%s_weight, self.%s_bias)".formatted(in, step.name(), step.name());
            }
            return "";
        }

        private String convolution(Step step, String in, Window window) {
            Padding padding = window.padding(network.answerTo(step));
            String padded = in;
            String even = "[%d, %d]".formatted(padding.top(), padding.left());
            if (!padding.isEven()) {
                padded = "torch.constant_pad_nd(%s, [%d, %d, %d, %d], 0)"
                        .formatted(in, padding.left(), padding.right(), padding.top(), padding.bottom());
                even = "[0, 0]";
            }
            return "torch.conv2d(%s, self.%s_weight, self.%s_bias, %s, %s, %s)"
                    .formatted(
                            padded,
                            step.name(),
                            step.name(),
                            window.stride().text(),
                            even,
                            window.dilation().text());
        }

        /** Kernel, stride and padding. */
        private String pooled(Step step, Window window) {
            Padding padding = window.padding(network.answerTo(step));
            return "[%d, %d], %s, [%d, %d]"
                    .formatted(window.rows(), window.columns(), window.stride().text(), padding.top(), padding.left());
        }
    }
}

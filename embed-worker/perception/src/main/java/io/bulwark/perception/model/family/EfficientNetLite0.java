package io.bulwark.perception.model.family;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.model.family.Family.CpuInference;
import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.model.family.OtherProgram.OutOfPlace;
import io.bulwark.perception.model.family.Weights.ChannelsLast;
import io.bulwark.perception.onnx.OnnxGraph;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * EfficientNet-Lite0 with BatchNorm folded: inverted residuals without squeeze-and-excitation, ReLU6, "same" padding. The
 * embedding is the mean over space behind the 1x1 head, 1280 numbers.
 *
 * @param classes of the linear classifier behind the embedding; 0 where there is none
 * @param input what the encoder sees: height and width multiples of 32, one mean and one deviation for
 *     all channels
 * @see <a href="https://arxiv.org/abs/1905.11946">Tan and Le, EfficientNet, table 1</a>
 */
public record EfficientNetLite0(int classes, PreprocessSpec input) implements Family {

    /** The family's name in {@code model.json}. */
    public static final String NAME = "efficientnet-lite0";

    /** Rows and columns of a picture are multiples of it: the network halves them five times. */
    public static final int MULTIPLE = 32;

    private static final List<Stage> STAGES = List.of(
            new Stage(16, 1, 3, 1),
            new Stage(24, 2, 3, 2),
            new Stage(40, 2, 5, 2),
            new Stage(80, 3, 3, 2),
            new Stage(112, 3, 5, 1),
            new Stage(192, 4, 5, 2),
            new Stage(320, 1, 3, 1));

    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";
    private static final String CLASSES = "classes";
    private static final long STEM = 32;
    private static final long EXPANSION = 6;
    private static final long FEATURES = 1280;

    public EfficientNetLite0 {
        if (input.height() % MULTIPLE != 0
                || input.width() % MULTIPLE != 0
                || input.height() < 1
                || input.width() < 1) {
            throw new IllegalArgumentException("%s sees %dx%d pixels; allowed are multiples of %d, such as 128x128"
                    .formatted(NAME, input.width(), input.height(), MULTIPLE));
        }
        // One number for all colours: by channel it would take longer than the first layers.
        if (!isOne(input.mean()) || !isOne(input.std())) {
            throw new IllegalArgumentException("%s has one mean and one deviation, found are %s and %s by channel"
                    .formatted(NAME, Arrays.toString(input.mean()), Arrays.toString(input.std())));
        }
    }

    private static boolean isOne(float[] byChannel) {
        return byChannel[0] == byChannel[1] && byChannel[1] == byChannel[2];
    }

    private record Stage(long channels, int blocks, long kernel, int stride) {}

    /**
     * A convolution.
     *
     * @param name such as {@code block_3.depthwise}
     * @param shape of its kernels: {@code [out, in, k, k]}, of a depthwise one {@code [channels, 1, k, k]}
     * @param stride in rows and columns
     */
    public record Convolution(String name, List<Long> shape, int stride) {}

    /** All convolutions in the order of the network. */
    public static List<Convolution> convolutions() {
        List<Convolution> all = new ArrayList<>();
        all.add(new Convolution("stem", List.of(STEM, 3L, 3L, 3L), 2));
        long channels = STEM;
        int block = 0;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.blocks(); i++) {
                String name = "block_" + block;
                long wide = block == 0 ? channels : EXPANSION * channels;
                if (block > 0) {
                    all.add(new Convolution(name + ".expand", List.of(wide, channels, 1L, 1L), 1));
                }
                List<Long> filters = List.of(wide, 1L, stage.kernel(), stage.kernel());
                all.add(new Convolution(name + ".depthwise", filters, i == 0 ? stage.stride() : 1));
                all.add(new Convolution(name + ".project", List.of(stage.channels(), wide, 1L, 1L), 1));
                channels = stage.channels();
                block++;
            }
        }
        all.add(new Convolution("head", List.of(FEATURES, channels, 1L, 1L), 1));
        return all;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int dimension() {
        return (int) FEATURES;
    }

    @Override
    public Program program() {
        return program("efficientnet_lite0.py");
    }

    /** @param features resource with the method {@code features} */
    Program program(String features) {
        return Program.beside(
                EfficientNetLite0.class,
                features,
                classes > 0 ? "efficientnet_lite0_classes.py" : "efficientnet_lite0_embedding.py");
    }

    @Override
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (Convolution convolution : convolutions()) {
            shapes.put(convolution.name() + WEIGHT, convolution.shape());
            shapes.put(convolution.name() + BIAS, convolution.shape().subList(0, 1));
        }
        if (classes > 0) {
            shapes.put(CLASSES + WEIGHT, List.of((long) classes, FEATURES));
            shapes.put(CLASSES + BIAS, List.of((long) classes));
        }
        return shapes;
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        return ChannelsLast.layOut(tensors(), weights, name -> isHead(name) ? ElementType.F32 : type);
    }

    @Override
    public List<Piece> pieces() {
        return ChannelsLast.pieces(tensors());
    }

    @Override
    public boolean isHead(String tensor) {
        return tensor.startsWith(CLASSES + ".");
    }

    /** The 1x1 convolutions, as of {@link MobileNetV2}. */
    @Override
    public boolean isAdapted(String tensor) {
        return tensor.endsWith(".expand.weight") || tensor.endsWith(".project.weight") || tensor.equals("head.weight");
    }

    @Override
    public SortedMap<String, Object> constants() {
        return new TreeMap<>(Map.of("mean", (double) input.mean()[0], "std", (double) input.std()[0]));
    }

    @Override
    public long multiplications() {
        long sum = classes * FEATURES;
        long area = (long) input.height() * input.width();
        for (Convolution convolution : convolutions()) {
            area /= (long) convolution.stride() * convolution.stride();
            sum += convolution.shape().stream().reduce(area, (a, b) -> a * b);
        }
        return sum;
    }

    /** As of {@link MobileNetV2}: XNNPACK where an operation has one thread. */
    @Override
    public Family forInferenceOnCpu(CpuInference inference) {
        boolean packs = inference.type() == ElementType.F32 && inference.threads() == 1;
        return packs ? new XnnpackEfficientNet(this) : this;
    }

    @Override
    public Optional<byte[]> onnx(Weights weights) {
        if (classes > 0) {
            return Optional.empty();
        }
        OnnxGraph graph = new OnnxGraph();
        String planes = graph.operator("Transpose", List.of(OnnxGraph.INPUT), Map.of("perm", List.of(0L, 3L, 1L, 2L)));
        String pixels = graph.operator("Cast", List.of(planes), Map.of("to", OnnxGraph.FLOAT));
        String zeroToOne = graph.operator("Div", pixels, graph.constant(List.of(), 255));
        String centred = graph.operator("Sub", zeroToOne, graph.constant(List.of(), input.mean()[0]));
        String x = graph.operator("Div", centred, graph.constant(List.of(), input.std()[0]));
        String[] bounds = {graph.constant(List.of(), 0), graph.constant(List.of(), 6)};
        Map<String, String> beginnings = new HashMap<>();
        List<Convolution> all = convolutions();
        for (Convolution convolution : all) {
            String block = convolution.name().replaceFirst("\\..*", "");
            beginnings.putIfAbsent(block, x);
            x = convolved(graph, x, convolution, weights);
            x = convolution.name().endsWith(".project")
                    ? joined(graph, beginnings.get(block), x, block, all)
                    : graph.operator("Clip", x, bounds[0], bounds[1]);
        }
        String mean = graph.operator("Flatten", graph.operator("GlobalAveragePool", x));
        String length = graph.operator("ReduceL2", mean, graph.integers(1));
        String atLeast = graph.operator("Max", length, graph.constant(List.of(), 1e-12f));
        return Optional.of(
                graph.model(input.height(), input.width(), graph.operator("Div", mean, atLeast), dimension()));
    }

    /** "Same" pads a stride of 1 evenly, a stride of 2 by one less at the top and left than at the bottom and right. */
    private static String convolved(OnnxGraph graph, String x, Convolution convolution, Weights weights) {
        List<Long> shape = convolution.shape();
        long after = shape.get(2) / 2;
        long before = convolution.stride() == 2 ? after - 1 : after;
        long groups = shape.get(1) == 1 ? shape.get(0) : 1;
        long stride = convolution.stride();
        return graph.operator(
                "Conv",
                List.of(
                        x,
                        graph.constant(shape, weights.floats(convolution.name() + WEIGHT)),
                        graph.constant(shape.subList(0, 1), weights.floats(convolution.name() + BIAS))),
                Map.of(
                        "pads",
                        List.of(before, before, after, after),
                        "strides",
                        List.of(stride, stride),
                        "group",
                        groups));
    }

    /** A block whose output has its input's shape is added to it. */
    private static String joined(OnnxGraph graph, String before, String after, String block, List<Convolution> all) {
        List<Convolution> its =
                all.stream().filter(one -> one.name().startsWith(block + ".")).toList();
        boolean isAdded =
                its.get(0).shape().get(1).equals(its.get(its.size() - 1).shape().get(0))
                        && its.stream().allMatch(one -> one.stride() == 1);
        return isAdded ? graph.operator("Add", before, after) : after;
    }

    @Override
    public Family forGradients() {
        return new OutOfPlace(this);
    }
}

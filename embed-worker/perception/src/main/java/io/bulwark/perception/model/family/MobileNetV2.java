package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * MobileNetV2 at width 1.0 with BatchNorm folded, and a classifier of three dense layers.
 *
 * @param classes length of the classifier's answer
 * @param height of the pictures
 * @param width of the pictures
 * @see <a href="https://arxiv.org/abs/1801.04381">Sandler et al., MobileNetV2, table 2</a>
 */
public record MobileNetV2(int classes, int height, int width) implements Family {

    /** The family's name in {@code model.json}. */
    public static final String NAME = "mobilenet-v2";

    /** Bottlenecks after block 0: expansion is 6 throughout. */
    private static final List<Stage> STAGES = List.of(
            new Stage(24, 2),
            new Stage(32, 3),
            new Stage(64, 4),
            new Stage(96, 3),
            new Stage(160, 3),
            new Stage(320, 1));

    /** Layers of stride 2. */
    private static final Set<String> STRIDED =
            Set.of("stem", "block_1.depthwise", "block_3.depthwise", "block_6.depthwise", "block_13.depthwise");

    private static final String WEIGHT = ".weight";
    private static final String HEAD = "head.";
    private static final long STEM = 32;
    private static final long EXPANSION = 6;
    private static final long FEATURES = 1280;
    private static final long HIDDEN_1 = 256;
    private static final long HIDDEN_2 = 128;

    private record Stage(long channels, int blocks) {}

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
        return Program.beside(MobileNetV2.class, "mobilenet_v2.py");
    }

    @Override
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        convolution(shapes, "stem", STEM, 3, 3);
        convolution(shapes, "block_0.depthwise", STEM, 1, 3);
        long channels = 16;
        convolution(shapes, "block_0.project", channels, STEM, 1);
        int block = 0;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.blocks(); i++) {
                String name = "block_" + ++block;
                long wide = EXPANSION * channels;
                convolution(shapes, name + ".expand", wide, channels, 1);
                convolution(shapes, name + ".depthwise", wide, 1, 3);
                convolution(shapes, name + ".project", stage.channels(), wide, 1);
                channels = stage.channels();
            }
        }
        convolution(shapes, "last", FEATURES, channels, 1);
        dense(shapes, "head.dense_1", HIDDEN_1, FEATURES);
        dense(shapes, "head.dense_2", HIDDEN_2, HIDDEN_1);
        dense(shapes, "head.dense_3", classes, HIDDEN_2);
        return shapes;
    }

    private static void convolution(Map<String, List<Long>> shapes, String name, long out, long in, long kernel) {
        shapes.put(name + WEIGHT, List.of(out, in, kernel, kernel));
        shapes.put(name + ".bias", List.of(out));
    }

    private static void dense(Map<String, List<Long>> shapes, String name, long out, long in) {
        shapes.put(name + WEIGHT, List.of(out, in));
        shapes.put(name + ".bias", List.of(out));
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        return ChannelsLast.layOut(tensors(), weights, name -> isHead(name) ? ElementType.F32 : type);
    }

    @Override
    public List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        tensors().forEach((name, shape) -> pieces.add(Piece.whole(name, shape, name)));
        return pieces;
    }

    @Override
    public boolean isHead(String tensor) {
        return tensor.startsWith(HEAD);
    }

    /** The 1x1 convolutions, which are matrices on channels. No publication adapts a MobileNetV2; this is our choice. */
    @Override
    public boolean isAdapted(String tensor) {
        return tensor.endsWith(".expand.weight") || tensor.endsWith(".project.weight") || tensor.equals("last.weight");
    }

    /** Whether a layer halves the picture. */
    static boolean isStrided(String layer) {
        return STRIDED.contains(layer);
    }

    @Override
    public long multiplications() {
        long sum = 0;
        long rows = height;
        long columns = width;
        for (Map.Entry<String, List<Long>> tensor : tensors().entrySet()) {
            List<Long> shape = tensor.getValue();
            if (isStrided(tensor.getKey().replace(WEIGHT, ""))) {
                rows = (rows + 1) / 2;
                columns = (columns + 1) / 2;
            }
            long weights = shape.stream().reduce(1L, (a, b) -> a * b);
            sum += switch (shape.size()) {
                case 4 -> weights * rows * columns;
                case 2 -> weights;
                default -> 0;
            };
        }
        return sum;
    }

    /**
     * XNNPACK is the faster one in fp32 on one thread. It keeps its own threads, which wait for work by spinning, as
     * libtorch's others do: where an operation may use several, the two wait in each other's way.
     */
    @Override
    public Family forInferenceOnCpu(CpuInference inference) {
        if (inference.type() == ElementType.F32 && inference.threads() == 1) {
            return new XnnpackMobileNetV2(this);
        }
        return inference.packs() ? new OneDnnMobileNetV2(this) : this;
    }

    @Override
    public Family forGradients() {
        return new OutOfPlace(this);
    }
}

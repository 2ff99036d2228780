package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.Family.CpuInference;
import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.model.family.OtherProgram.OutOfPlace;
import io.bulwark.perception.model.family.Weights.ChannelsLast;
import io.bulwark.perception.model.family.XnnpackEfficientNet.XnnpackLayer;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.Program.PackedConvolution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
        return ChannelsLast.pieces(tensors());
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

    /**
     * {@link MobileNetV2} on an x86 CPU without gradients: its kernels packed for oneDNN at the first call, with bias,
     * ReLU6 and residual sum fused in. Kernels that are not packed, oneDNN reorders in each call. In bfloat16 on a
     * processor with AMX it is twice as fast as the readable program.
     *
     * @param network whose tensors it reads
     */
    record OneDnnMobileNetV2(MobileNetV2 network) implements OtherProgram {

        private static final int BLOCKS = 17;
        private static final String STEM = "stem.weight";

        @Override
        public Program program() {
            return Program.beside(OneDnnMobileNetV2.class, "mobilenet_v2_onednn.py");
        }

        @Override
        public List<LinkTensor> layOut(Weights weights, ElementType type) {
            List<LinkTensor> laidOut = new ArrayList<>(network.layOut(weights, type).stream()
                    .filter(tensor -> !tensor.name().startsWith("block_"))
                    .filter(tensor -> !tensor.name().equals(STEM))
                    .toList());
            laidOut.add(LinkTensor.channelsLast(STEM, type, tensors().get(STEM), perByte(weights.floats(STEM))));
            return laidOut;
        }

        /**
         * Kernels for pixels in 0 to 255 in place of 0 to 1, which spares dividing them; bfloat16 holds those exactly.
         */
        private static float[] perByte(float[] kernels) {
            float[] scaled = new float[kernels.length];
            for (int i = 0; i < kernels.length; i++) {
                scaled[i] = kernels[i] / 255;
            }
            return scaled;
        }

        /** Block 0 has no expansion. */
        @Override
        public Map<String, List<LinkTensor>> lists(Weights weights, ElementType type) {
            Map<String, List<LinkTensor>> lists = new TreeMap<>();
            List<LinkTensor> tensors = network.layOut(weights, type);
            for (String layer : List.of("expand", "depthwise", "project")) {
                int first = layer.equals("expand") ? 1 : 0;
                lists.put(layer, List.of());
                lists.put(layer + "_weight", layers(tensors, first, "." + layer + ".weight"));
                lists.put(layer + "_bias", layers(tensors, first, "." + layer + ".bias"));
            }
            return lists;
        }

        private static List<LinkTensor> layers(List<LinkTensor> tensors, int first, String suffix) {
            Map<String, LinkTensor> named = new TreeMap<>();
            tensors.forEach(tensor -> named.put(tensor.name(), tensor));
            return IntStream.range(first, BLOCKS)
                    .mapToObj(block -> named.get("block_" + block + suffix))
                    .toList();
        }
    }

    /**
     * {@link MobileNetV2} in fp32 on a CPU without gradients: its convolutions packed once for XNNPACK, bias and ReLU6
     * fused in, about a third faster than oneDNN's, which reorders the kernels in each call. For one thread an
     * operation alone.
     *
     * @param network whose tensors it reads
     */
    record XnnpackMobileNetV2(MobileNetV2 network) implements OtherProgram {

        private static final String WEIGHT = ".weight";

        @Override
        public Program program() {
            return Program.beside(XnnpackMobileNetV2.class, "mobilenet_v2_xnnpack.py");
        }

        @Override
        public List<LinkTensor> layOut(Weights weights, ElementType type) {
            if (type != ElementType.F32) {
                throw new IllegalArgumentException("packed convolutions are fp32, asked for is " + type);
            }
            return network.layOut(weights, type).stream()
                    .filter(tensor -> tensor.name().startsWith("head."))
                    .toList();
        }

        /** A packed convolution keeps where its input and output lie. */
        @Override
        public boolean bearsThreads() {
            return false;
        }

        @Override
        public List<PackedConvolution> packed(Weights weights) {
            List<PackedConvolution> packed = new ArrayList<>();
            tensors().forEach((name, shape) -> {
                if (shape.size() == 4) {
                    String layer = name.substring(0, name.length() - WEIGHT.length());
                    packed.add(new XnnpackLayer(layer, shape, MobileNetV2.isStrided(layer) ? 2 : 1).packed(weights));
                }
            });
            return packed;
        }
    }
}

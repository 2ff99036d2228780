package io.bulwark.perception.model.family;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.model.family.Family.CpuInference;
import io.bulwark.perception.model.family.Family.Initial;
import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.model.family.Stack.Part;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * ConvNeXt as timm builds it and open_clip saves it, with open_clip's projection.
 *
 * @param input size, mean and standard deviation
 * @param depths blocks of each of the four stages
 * @param widths channels of each of the four stages
 * @param projection from the last stage's channels to the embedding
 * @param dimension length of an embedding
 * @param epsilon of its norms
 * @param hidden units of the metric's MLP behind the projection; 0 if there is none
 */
public record OpenClipConvNext(
        PreprocessSpec input,
        List<Integer> depths,
        List<Integer> widths,
        Projection projection,
        int dimension,
        double epsilon,
        int hidden)
        implements Family {

    /** open_clip's {@code timm_proj}. */
    public enum Projection {
        /** One matrix. */
        LINEAR,
        /** Two matrices with a GELU between them, twice the embedding's length wide. */
        MLP
    }

    /** The family's name. */
    public static final String NAME = "open-clip-convnext";

    private static final int STAGES = 4;
    private static final int EXPANSION = 4;
    private static final float LAYER_SCALE = 1e-6f;
    private static final double DEVIATION = 0.02;

    public OpenClipConvNext {
        depths = List.copyOf(depths);
        widths = List.copyOf(widths);
        if (depths.size() != STAGES || widths.size() != STAGES) {
            throw new IllegalArgumentException(
                    "a ConvNeXt has 4 stages, found are depths %s and widths %s".formatted(depths, widths));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Program program() {
        return Program.beside(
                OpenClipConvNext.class,
                "open_clip_convnext.py",
                "convnext_layers.py",
                "convnext_stage.py",
                projected(),
                head().program());
    }

    HeadLayers head() {
        return new HeadLayers(dimension, hidden);
    }

    /** The program's method {@code projected}. */
    String projected() {
        return switch (projection) {
            case LINEAR -> "open_clip_convnext_linear.py";
            case MLP -> "open_clip_convnext_mlp.py";
        };
    }

    @Override
    public Family forInferenceOnCpu(CpuInference inference) {
        boolean inPlace = inference.type() == ElementType.F32;
        return inPlace || inference.packs() ? new ConvNextForInference(this, !inPlace) : this;
    }

    @Override
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        singles().forEach(part -> shapes.put(part.names().get(0), part.shape()));
        for (int stage = 0; stage < STAGES; stage++) {
            shapes.putAll(blocks(stage).tensors());
        }
        shapes.putAll(head().tensors());
        return shapes;
    }

    private List<Part> singles() {
        long first = widths.get(0);
        long last = widths.get(STAGES - 1);
        List<Part> singles = new ArrayList<>(List.of(
                trunk("stem.0.weight", first, 3, 4, 4),
                trunk("stem.0.bias", first),
                trunk("stem.1.weight", first),
                trunk("stem.1.bias", first),
                trunk("head.norm.weight", last),
                trunk("head.norm.bias", last)));
        singles.addAll(projection(last));
        for (int stage = 1; stage < STAGES; stage++) {
            long before = widths.get(stage - 1);
            long width = widths.get(stage);
            String downsample = "stages." + stage + ".downsample.";
            singles.add(trunk(downsample + "0.weight", before));
            singles.add(trunk(downsample + "0.bias", before));
            singles.add(trunk(downsample + "1.weight", width, before, 2, 2));
            singles.add(trunk(downsample + "1.bias", width));
        }
        return singles;
    }

    private List<Part> projection(long channels) {
        long hidden = 2L * dimension;
        return switch (projection) {
            case LINEAR -> List.of(Part.of("head.proj.weight", "head.proj.weight", dimension, channels));
            case MLP ->
                List.of(
                        Part.of("head.mlp.fc1.weight", "head.mlp.fc1.weight", hidden, channels),
                        Part.of("head.mlp.fc1.bias", "head.mlp.fc1.bias", hidden),
                        Part.of("head.mlp.fc2.weight", "head.mlp.fc2.weight", dimension, hidden));
        };
    }

    private static Part trunk(String name, long... shape) {
        return Part.of(name, "trunk." + name, shape);
    }

    private Stack blocks(int stage) {
        long width = widths.get(stage);
        String attributes = "stages." + stage + ".blocks.";
        return new Stack(
                depths.get(stage),
                block -> "trunk." + attributes + block + ".",
                List.of(
                        Part.of(attributes + "conv_dw.weight", "conv_dw.weight", width, 1, 7, 7),
                        Part.of(attributes + "conv_dw.bias", "conv_dw.bias", width),
                        Part.of(attributes + "norm.weight", "norm.weight", width),
                        Part.of(attributes + "norm.bias", "norm.bias", width),
                        Part.of(attributes + "mlp.fc1.weight", "mlp.fc1.weight", EXPANSION * width, width),
                        Part.of(attributes + "mlp.fc1.bias", "mlp.fc1.bias", EXPANSION * width),
                        Part.of(attributes + "mlp.fc2.weight", "mlp.fc2.weight", width, EXPANSION * width),
                        Part.of(attributes + "mlp.fc2.bias", "mlp.fc2.bias", width),
                        Part.of(attributes + "gamma", "gamma", width)));
    }

    /** Both matrices of each MLP (Croce et al., SaTML 2025, whose code takes what is named fc1 or fc2). */
    @Override
    public boolean isAdapted(String tensor) {
        return !tensor.startsWith(HeadLayers.PREFIX)
                && (tensor.endsWith("fc1.weight") || tensor.endsWith("fc2.weight"));
    }

    /** timm's ConvNeXt; the projection is open_clip's, which leaves it to PyTorch. */
    @Override
    public Initial initial(String tensor) {
        if (tensor.startsWith(HeadLayers.PREFIX)) {
            return head().initial(tensor);
        }
        if (tensor.startsWith("head.mlp.fc2")) {
            return Initial.layer(2L * dimension);
        }
        if (tensor.startsWith("head.mlp") || tensor.startsWith("head.proj")) {
            return Initial.layer(widths.get(STAGES - 1));
        }
        if (tensor.endsWith("gamma")) {
            return new Initial.Constant(LAYER_SCALE);
        }
        boolean weight = tensor.endsWith("weight");
        return weight && tensors().get(tensor).size() > 1 ? new Initial.Normal(DEVIATION) : Initial.norm(weight);
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        List<LinkTensor> tensors = new ArrayList<>();
        for (Part part : singles()) {
            String name = part.names().get(0);
            tensors.add(
                    part.shape().size() == 4
                            ? LinkTensor.channelsLast(part.attribute(), type, part.shape(), weights.floats(name))
                            : LinkTensor.rowMajor(
                                    part.attribute(), type, part.shape(), weights.data(part.names(), type)));
        }
        for (int stage = 0; stage < STAGES; stage++) {
            tensors.addAll(blocks(stage).layOut(weights, type));
        }
        tensors.addAll(head().layOut(weights));
        return tensors;
    }

    @Override
    public List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        singles().forEach(part -> pieces.add(Piece.whole(part)));
        for (int stage = 0; stage < STAGES; stage++) {
            pieces.addAll(blocks(stage).pieces());
        }
        pieces.addAll(head().pieces());
        return pieces;
    }

    @Override
    public SortedMap<String, Object> constants() {
        return Family.standardisation(input, Map.of("eps", epsilon));
    }

    @Override
    public long multiplications() {
        long area = (long) (input.height() / 4) * (input.width() / 4);
        long sum = area * widths.get(0) * 3 * 4 * 4;
        for (int stage = 0; stage < STAGES; stage++) {
            long width = widths.get(stage);
            if (stage > 0) {
                area /= 4;
                sum += area * width * widths.get(stage - 1) * 2 * 2;
            }
            sum += depths.get(stage) * area * (2L * EXPANSION * width * width + 7 * 7 * width);
        }
        long channels = widths.get(STAGES - 1);
        return sum
                + head().multiplications()
                + switch (projection) {
                    case LINEAR -> channels * dimension;
                    case MLP -> 2L * dimension * (channels + dimension);
                };
    }

    /**
     * {@link OpenClipConvNext} on a CPU without gradients: a few images at a time, the learnt scale put into the matrix
     * before it. In fp32 MKL's products add to what is there; in bfloat16 oneDNN multiplies matrices that are packed at
     * the first call, with bias, activation and residual sum fused in. (On a processor with AVX512-BF16, two threads, a
     * ConvNeXt-B gains 4 % by it in fp32, which leaves it within a tenth of the peak, and 8 % in bfloat16.)
     *
     * @param network whose tensors it reads
     * @param packed whether oneDNN multiplies
     */
    record ConvNextForInference(OpenClipConvNext network, boolean packed) implements OtherProgram {

        /** What the first call takes out of the stacked tensors, block by block. */
        private static final List<String> TAKEN = List.of(
                "depthwise_weight",
                "depthwise_bias",
                "norm_weight",
                "norm_bias",
                "fc1_weight",
                "fc1_bias",
                "fc2_weight",
                "fc2_bias");

        @Override
        public Program program() {
            return Program.beside(
                    ConvNextForInference.class,
                    "open_clip_convnext_inference.py",
                    "convnext_layers.py",
                    packed ? "convnext_packed.py" : "convnext_in_place.py",
                    network.projected(),
                    network.head().program());
        }

        @Override
        public List<LinkTensor> layOut(Weights weights, ElementType type) {
            return network.layOut(weights, type);
        }

        @Override
        public SortedMap<String, Object> constants() {
            return network.constants();
        }

        @Override
        public Map<String, List<LinkTensor>> lists(Weights weights, ElementType type) {
            Map<String, List<LinkTensor>> lists = new TreeMap<>();
            TAKEN.forEach(name -> lists.put(name, List.of()));
            return lists;
        }
    }
}

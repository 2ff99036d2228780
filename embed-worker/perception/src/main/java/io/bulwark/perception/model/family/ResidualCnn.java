package io.bulwark.perception.model.family;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.model.family.Stack.Part;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small residual network of plain convolutions, for small pictures, to be trained from nothing. Blocks are rectified
 * before their convolutions (He et al., ECCV 2016) and have no norm: statistics of a batch of attacked pictures are not
 * those of clean ones. Instead each block begins as the identity (Zhang et al., "Fixup Initialization", ICLR 2019; De and
 * Smith, NeurIPS 2020).
 *
 * @param input size, mean and standard deviation
 * @param grey whether it sees the mean of the three channels alone. Grey pictures lose nothing, and an attacker who may
 *     change each channel by ε can do no more than to a picture of one channel
 * @param depths blocks of each of the two stages
 * @param widths channels of each of the two stages
 * @param dimension length of an embedding
 */
public record ResidualCnn(PreprocessSpec input, boolean grey, List<Integer> depths, List<Integer> widths, int dimension)
        implements Family {

    /** The family's name. */
    public static final String NAME = "residual-cnn";

    private static final int STAGES = 2;
    private static final long KERNEL = 3;
    private static final String HEAD = "head.weight";

    public ResidualCnn {
        depths = List.copyOf(depths);
        widths = List.copyOf(widths);
        if (depths.size() != STAGES || widths.size() != STAGES) {
            throw new IllegalArgumentException("a residual CNN has %d stages, found are depths %s and widths %s"
                    .formatted(STAGES, depths, widths));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Program program() {
        return Program.beside(ResidualCnn.class, "residual_cnn.py");
    }

    @Override
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        singles().forEach(part -> shapes.put(part.names().get(0), part.shape()));
        for (int stage = 0; stage < STAGES; stage++) {
            shapes.putAll(blocks(stage).tensors());
        }
        return shapes;
    }

    private List<Part> singles() {
        List<Part> singles = new ArrayList<>();
        for (int stage = 0; stage < STAGES; stage++) {
            String entry = "stages." + stage + ".entry.";
            singles.add(single(entry + "weight", widths.get(stage), entered(stage), KERNEL, KERNEL));
            singles.add(single(entry + "bias", widths.get(stage)));
        }
        singles.add(single(HEAD, dimension, widths.get(STAGES - 1) * area(STAGES - 1)));
        singles.add(single("head.bias", dimension));
        return singles;
    }

    private static Part single(String name, long... shape) {
        return Part.of(name, name, shape);
    }

    /** Channels that a stage is given. */
    private long entered(int stage) {
        if (stage > 0) {
            return widths.get(stage - 1);
        }
        return grey ? 1 : 3;
    }

    /** Places of a stage's activations. */
    private long area(int stage) {
        long height = input.height();
        long width = input.width();
        for (int i = 0; i <= stage; i++) {
            height = (height + 1) / 2;
            width = (width + 1) / 2;
        }
        return height * width;
    }

    private Stack blocks(int stage) {
        long width = widths.get(stage);
        String attributes = "stages." + stage + ".blocks.";
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String convolution = "conv_" + i + ".";
            parts.add(
                    Part.of(attributes + convolution + "weight", convolution + "weight", width, width, KERNEL, KERNEL));
            parts.add(Part.of(attributes + convolution + "bias", convolution + "bias", width));
        }
        return new Stack(depths.get(stage), block -> attributes + block + ".", parts);
    }

    /**
     * He et al. (ICCV 2015) for what rectified values go into, and zeros for each block's last convolution and all
     * biases.
     */
    @Override
    public Initial initial(String tensor) {
        if (tensor.endsWith("bias") || tensor.endsWith("conv_1.weight")) {
            return new Initial.Constant(0);
        }
        List<Long> shape = tensors().get(tensor);
        long fanIn = shape.stream().skip(1).reduce(1L, Math::multiplyExact);
        return new Initial.Normal(Math.sqrt((tensor.equals(HEAD) ? 1.0 : 2.0) / fanIn));
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        List<LinkTensor> tensors = new ArrayList<>();
        for (Part part : singles()) {
            tensors.add(LinkTensor.rowMajor(part.attribute(), type, part.shape(), weights.data(part.names(), type)));
        }
        for (int stage = 0; stage < STAGES; stage++) {
            tensors.addAll(blocks(stage).layOut(weights, type));
        }
        return tensors;
    }

    @Override
    public List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        singles().forEach(part -> pieces.add(Piece.whole(part)));
        for (int stage = 0; stage < STAGES; stage++) {
            pieces.addAll(blocks(stage).pieces());
        }
        return pieces;
    }

    @Override
    public Map<String, Object> constants() {
        return Standardisation.constants(input, Map.of("grey", grey));
    }

    @Override
    public long multiplications() {
        long sum = dimension * widths.get(STAGES - 1) * area(STAGES - 1);
        for (int stage = 0; stage < STAGES; stage++) {
            long width = widths.get(stage);
            sum += area(stage) * KERNEL * KERNEL * width * (entered(stage) + 2 * depths.get(stage) * width);
        }
        return sum;
    }
}

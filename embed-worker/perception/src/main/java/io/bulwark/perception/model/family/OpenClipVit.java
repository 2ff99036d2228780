package io.bulwark.perception.model.family;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.model.family.Family.CpuInference;
import io.bulwark.perception.model.family.Family.Initial;
import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.model.family.TransformerShape.ResidualBlocks;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * CLIP's vision transformer as open_clip saves it: ViT-B/32, B/16, L/14, of OpenAI, OpenCLIP, FARE and TeCoA.
 *
 * @param input size, mean and standard deviation
 * @param patch side of a patch in pixels
 * @param transformer its blocks
 * @param dimension length of an embedding
 * @param quickGelu whether it was trained with {@code x * sigmoid(1.702 x)}, as OpenAI's were
 * @param norms epsilon of its norms
 * @param hidden units of the metric's MLP behind the projection; 0 if there is none
 */
public record OpenClipVit(
        PreprocessSpec input,
        int patch,
        TransformerShape transformer,
        int dimension,
        boolean quickGelu,
        Norms norms,
        int hidden)
        implements Family {

    /** The family's name. */
    public static final String NAME = "open-clip-vit";

    /**
     * What is added to a variance.
     *
     * @param before the blocks, in {@code ln_pre}
     * @param within the blocks, and in the norm behind them
     */
    public record Norms(double before, double within) {

        /** Those of open_clip. */
        public static final Norms OPEN_CLIP = new Norms(1e-5, 1e-5);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Program program() {
        return Program.beside(
                OpenClipVit.class, "open_clip_vit.py", "vit_layers.py", "open_clip_blocks.py", head().program());
    }

    private HeadLayers head() {
        return new HeadLayers(dimension, hidden);
    }

    @Override
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new TreeMap<>(singles());
        shapes.put("conv1.weight", List.of((long) transformer.width(), 3L, (long) patch, (long) patch));
        shapes.putAll(ResidualBlocks.of(transformer).tensors());
        shapes.putAll(head().tensors());
        return shapes;
    }

    private Map<String, List<Long>> singles() {
        long width = transformer.width();
        long tokens = 1 + patches();
        return Map.of(
                "class_embedding", List.of(width),
                "positional_embedding", List.of(tokens, width),
                "ln_pre.weight", List.of(width),
                "ln_pre.bias", List.of(width),
                "ln_post.weight", List.of(width),
                "ln_post.bias", List.of(width),
                "proj", List.of(width, (long) dimension));
    }

    /** Queries, keys and values, which lie in one matrix (Fu et al., "DreamSim", NeurIPS 2023). */
    @Override
    public boolean isAdapted(String tensor) {
        return tensor.endsWith("attn.in_proj_weight");
    }

    /** open_clip's VisionTransformer, which leaves its layers to PyTorch and its attention to Glorot's bounds. */
    @Override
    public Initial initial(String tensor) {
        if (tensor.startsWith(HeadLayers.PREFIX)) {
            return head().initial(tensor);
        }
        long width = transformer.width();
        return switch (tensor.substring(tensor.lastIndexOf('.', tensor.lastIndexOf('.') - 1) + 1)) {
            case "class_embedding", "positional_embedding", "proj" -> new Initial.Normal(1 / Math.sqrt(width));
            case "conv1.weight" -> Initial.layer(3L * patch * patch);
            case "attn.in_proj_weight" -> Initial.xavier(width, 3 * width);
            case "attn.in_proj_bias", "out_proj.bias" -> new Initial.Constant(0);
            case "out_proj.weight", "c_fc.weight", "c_fc.bias" -> Initial.layer(width);
            case "c_proj.weight", "c_proj.bias" -> Initial.layer(transformer.mlp());
            default -> Initial.norm(tensor.endsWith("weight"));
        };
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        List<LinkTensor> tensors = new ArrayList<>();
        new TreeMap<>(singles())
                .forEach((name, shape) ->
                        tensors.add(LinkTensor.rowMajor(name, type, shape, weights.data(List.of(name), type))));
        tensors.add(LinkTensor.rowMajor(
                "conv1.weight",
                type,
                List.of((long) transformer.width(), 3L * patch * patch),
                weights.data(List.of("conv1.weight"), type)));
        tensors.addAll(ResidualBlocks.of(transformer).layOut(weights, type));
        tensors.addAll(head().layOut(weights));
        return tensors;
    }

    @Override
    public List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>(ResidualBlocks.of(transformer).pieces());
        singles().forEach((name, shape) -> pieces.add(Piece.whole(name, shape, name)));
        pieces.add(Piece.whole("conv1.weight", tensors().get("conv1.weight"), "conv1.weight"));
        pieces.addAll(head().pieces());
        return pieces;
    }

    @Override
    public SortedMap<String, Object> constants() {
        return Family.standardisation(
                input,
                Map.of(
                        "patch",
                        (long) patch,
                        "heads",
                        (long) transformer.heads(),
                        "eps",
                        norms.within(),
                        "eps_pre",
                        norms.before(),
                        "quick_gelu",
                        quickGelu));
    }

    @Override
    public long multiplications() {
        return patches() * transformer.width() * 3 * patch * patch
                + transformer.multiplications(patches() + 1)
                + (long) transformer.width() * dimension
                + head().multiplications();
    }

    private long patches() {
        return (long) (input.height() / patch) * (input.width() / patch);
    }

    @Override
    public Family forInferenceOnCpu(CpuInference inference) {
        long spared = transformer.multiplicationsBesideFirst(patches() + 1);
        return VitForInference.of(
                this, inference, List.of("open_clip_vit_inference.py", head().program()), Map.of(), quickGelu, spared);
    }

    /**
     * A vision transformer on a CPU without gradients. Of the last block it computes what the class token needs, which
     * spares a fifteenth of the work; activations are computed in place, a few images at a time; and products have
     * bias, activation and residual sum to themselves. Those of fp32 are MKL's, whose result lies where the sum does;
     * those of bfloat16 are oneDNN's, with matrices packed at the first call. (Measured with two threads on a processor
     * with AMX: in fp32 oneDNN's packed products fall behind MKL's from some 500 rows on, in bfloat16 they are ahead at
     * any number.)
     *
     * @param network whose tensors it reads
     * @param resources program with the entry {@code forward}, and what else is the network's own
     * @param names that open_clip's transformer has for the network's tensors, where they differ
     * @param quickGelu whether the activation is {@code x * sigmoid(1.702 x)}
     * @param packed whether oneDNN multiplies
     * @param multiplications of one embedding
     */
    record VitForInference(
            Family network,
            List<String> resources,
            Map<String, String> names,
            boolean quickGelu,
            boolean packed,
            long multiplications)
            implements OtherProgram {

        /** What the program packs. */
        private static final Map<String, List<LinkTensor>> PACKED = Map.of(
                "in_weight", List.of(), "out_weight", List.of(), "fc_weight", List.of(), "proj_weight", List.of());

        /**
         * The network by that program, if there is one for such an inference; else the network itself.
         *
         * @param spared multiplications that the class token does without
         */
        static Family of(
                Family network,
                CpuInference inference,
                List<String> resources,
                Map<String, String> names,
                boolean quickGelu,
                long spared) {
            boolean inPlace = inference.type() == ElementType.F32;
            return inPlace || inference.packs()
                    ? new VitForInference(
                            network, resources, names, quickGelu, !inPlace, network.multiplications() - spared)
                    : network;
        }

        @Override
        public Program program() {
            List<String> further = new ArrayList<>(resources.subList(1, resources.size()));
            further.add("vit_inference.py");
            further.add(packed ? "transformer_packed.py" : "transformer_in_place.py");
            return Program.beside(VitForInference.class, resources.get(0), further.toArray(String[]::new));
        }

        @Override
        public List<LinkTensor> layOut(Weights weights, ElementType type) {
            return network.layOut(weights, type).stream()
                    .map(tensor -> tensor.named(names.getOrDefault(tensor.name(), tensor.name())))
                    .toList();
        }

        @Override
        public SortedMap<String, Object> constants() {
            SortedMap<String, Object> constants = new TreeMap<>(network.constants());
            constants.put("quick_gelu", quickGelu);
            return constants;
        }

        @Override
        public Map<String, List<LinkTensor>> lists(Weights weights, ElementType type) {
            return packed ? PACKED : Map.of();
        }
    }
}

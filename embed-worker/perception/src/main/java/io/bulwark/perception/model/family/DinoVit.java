package io.bulwark.perception.model.family;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.model.family.Family.CpuInference;
import io.bulwark.perception.model.family.Family.Initial;
import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.model.family.OpenClipVit.VitForInference;
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
 * DINO's vision transformer under the names of Hugging Face's ViTModel: DINO and R-DINO.
 *
 * @param input size, mean and standard deviation
 * @param patch side of a patch in pixels
 * @param transformer its blocks
 * @param epsilon of its norms: 1e-12 in Hugging Face's configuration, where DINO's own code has 1e-6
 */
public record DinoVit(PreprocessSpec input, int patch, TransformerShape transformer, double epsilon) implements Family {

    /** The family's name. */
    public static final String NAME = "dino-vit";

    private static final double DEVIATION = 0.02;
    private static final String PATCH_WEIGHT = "embeddings.patch_embeddings.projection.weight";

    private static final Map<String, String> NAMES_OF_OPEN_CLIP = Map.ofEntries(
            Map.entry("cls_token", "class_embedding"),
            Map.entry("position_embeddings", "positional_embedding"),
            Map.entry("patch.weight", "conv1.weight"),
            Map.entry("patch.bias", "conv1.bias"),
            Map.entry("layernorm.weight", "ln_post.weight"),
            Map.entry("layernorm.bias", "ln_post.bias"),
            Map.entry("layers.layernorm_before.weight", "blocks.ln_1.weight"),
            Map.entry("layers.layernorm_before.bias", "blocks.ln_1.bias"),
            Map.entry("layers.qkv.weight", "blocks.attn.in_proj_weight"),
            Map.entry("layers.qkv.bias", "blocks.attn.in_proj_bias"),
            Map.entry("layers.attention_output.weight", "blocks.attn.out_proj.weight"),
            Map.entry("layers.attention_output.bias", "blocks.attn.out_proj.bias"),
            Map.entry("layers.layernorm_after.weight", "blocks.ln_2.weight"),
            Map.entry("layers.layernorm_after.bias", "blocks.ln_2.bias"),
            Map.entry("layers.intermediate.weight", "blocks.mlp.c_fc.weight"),
            Map.entry("layers.intermediate.bias", "blocks.mlp.c_fc.bias"),
            Map.entry("layers.output.weight", "blocks.mlp.c_proj.weight"),
            Map.entry("layers.output.bias", "blocks.mlp.c_proj.bias"));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int dimension() {
        return transformer.width();
    }

    @Override
    public Program program() {
        return Program.beside(DinoVit.class, "dino_vit.py", "vit_layers.py");
    }

    @Override
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        singles().values().forEach(part -> shapes.put(part.names().get(0), part.shape()));
        shapes.put(PATCH_WEIGHT, List.of((long) transformer.width(), 3L, (long) patch, (long) patch));
        shapes.putAll(blocks().tensors());
        return shapes;
    }

    /** Hugging Face's ViTModel. */
    @Override
    public Initial initial(String tensor) {
        boolean norm = tensor.contains("layernorm");
        boolean drawn = !norm && !tensor.endsWith("bias");
        return drawn ? new Initial.Normal(DEVIATION) : Initial.norm(tensor.endsWith("weight"));
    }

    private Map<String, Part> singles() {
        long width = transformer.width();
        long tokens = 1 + patches();
        Map<String, Part> singles = new TreeMap<>();
        for (Part part : List.of(
                Part.of("cls_token", "embeddings.cls_token", 1, 1, width),
                Part.of("position_embeddings", "embeddings.position_embeddings", 1, tokens, width),
                Part.of("patch.bias", "embeddings.patch_embeddings.projection.bias", width),
                Part.of("layernorm.weight", "layernorm.weight", width),
                Part.of("layernorm.bias", "layernorm.bias", width))) {
            singles.put(part.attribute(), part);
        }
        return singles;
    }

    private Stack blocks() {
        long width = transformer.width();
        long mlp = transformer.mlp();
        return new Stack(
                transformer.layers(),
                block -> "encoder.layer." + block + ".",
                List.of(
                        Part.of("layers.layernorm_before.weight", "layernorm_before.weight", width),
                        Part.of("layers.layernorm_before.bias", "layernorm_before.bias", width),
                        new Part("layers.qkv.weight", queryKeyValue("weight"), List.of(width, width)),
                        new Part("layers.qkv.bias", queryKeyValue("bias"), List.of(width)),
                        Part.of("layers.attention_output.weight", "attention.output.dense.weight", width, width),
                        Part.of("layers.attention_output.bias", "attention.output.dense.bias", width),
                        Part.of("layers.layernorm_after.weight", "layernorm_after.weight", width),
                        Part.of("layers.layernorm_after.bias", "layernorm_after.bias", width),
                        Part.of("layers.intermediate.weight", "intermediate.dense.weight", mlp, width),
                        Part.of("layers.intermediate.bias", "intermediate.dense.bias", mlp),
                        Part.of("layers.output.weight", "output.dense.weight", width, mlp),
                        Part.of("layers.output.bias", "output.dense.bias", width)));
    }

    /**
     * Queries, keys and values (Fu et al., "DreamSim", NeurIPS 2023). There they share one matrix and its adapter; under
     * Hugging Face's names each has its own.
     */
    @Override
    public boolean isAdapted(String tensor) {
        return queryKeyValue("weight").stream().anyMatch(tensor::endsWith);
    }

    private static List<String> queryKeyValue(String what) {
        return List.of(
                "attention.attention.query." + what,
                "attention.attention.key." + what,
                "attention.attention.value." + what);
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        List<LinkTensor> tensors = new ArrayList<>();
        singles()
                .values()
                .forEach(part -> tensors.add(
                        LinkTensor.rowMajor(part.attribute(), type, part.shape(), weights.data(part.names(), type))));
        tensors.add(LinkTensor.rowMajor(
                "patch.weight",
                type,
                List.of((long) transformer.width(), 3L * patch * patch),
                weights.data(List.of(PATCH_WEIGHT), type)));
        tensors.addAll(blocks().layOut(weights, type));
        return tensors;
    }

    @Override
    public List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>(blocks().pieces());
        singles().values().forEach(part -> pieces.add(Piece.whole(part)));
        pieces.add(Piece.whole(PATCH_WEIGHT, tensors().get(PATCH_WEIGHT), "patch.weight"));
        return pieces;
    }

    @Override
    public SortedMap<String, Object> constants() {
        return Family.standardisation(
                input, Map.of("patch", (long) patch, "heads", (long) transformer.heads(), "eps", epsilon));
    }

    @Override
    public long multiplications() {
        return patches() * transformer.width() * 3 * patch * patch + transformer.multiplications(patches() + 1);
    }

    private long patches() {
        return (long) (input.height() / patch) * (input.width() / patch);
    }

    @Override
    public Family forInferenceOnCpu(CpuInference inference) {
        long spared = transformer.multiplicationsBesideFirst(patches() + 1);
        return VitForInference.of(this, inference, List.of("dino_vit_inference.py"), NAMES_OF_OPEN_CLIP, false, spared);
    }
}

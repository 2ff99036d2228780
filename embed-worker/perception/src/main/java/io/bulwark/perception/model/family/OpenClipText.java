package io.bulwark.perception.model.family;

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
 * CLIP's text transformer as open_clip saves it. Its program takes token ids instead of pixels.
 *
 * @param contextLength tokens of a text, 77 as published
 * @param vocabulary token ids, 49408 as published
 * @param transformer its blocks
 * @param dimension length of an embedding
 * @param quickGelu whether it was trained with {@code x * sigmoid(1.702 x)}, as OpenAI's were
 */
public record OpenClipText(
        int contextLength, int vocabulary, TransformerShape transformer, int dimension, boolean quickGelu)
        implements Family {

    /** The family's name. */
    public static final String NAME = "open-clip-text";

    private static final double EPSILON = 1e-5;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Program program() {
        return Program.beside(OpenClipText.class, "open_clip_text.py", "open_clip_blocks.py");
    }

    @Override
    public Map<String, List<Long>> tensors() {
        Map<String, List<Long>> shapes = new TreeMap<>(singles());
        shapes.putAll(ResidualBlocks.of(transformer).tensors());
        return shapes;
    }

    private Map<String, List<Long>> singles() {
        long width = transformer.width();
        return Map.of(
                "token_embedding.weight", List.of((long) vocabulary, width),
                "positional_embedding", List.of((long) contextLength, width),
                "ln_final.weight", List.of(width),
                "ln_final.bias", List.of(width),
                "text_projection", List.of(width, (long) dimension));
    }

    @Override
    public List<LinkTensor> layOut(Weights weights, ElementType type) {
        List<LinkTensor> tensors = new ArrayList<>();
        new TreeMap<>(singles())
                .forEach((name, shape) ->
                        tensors.add(LinkTensor.rowMajor(name, type, shape, weights.data(List.of(name), type))));
        tensors.addAll(ResidualBlocks.of(transformer).layOut(weights, type));
        return tensors;
    }

    @Override
    public List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>(ResidualBlocks.of(transformer).pieces());
        singles().forEach((name, shape) -> pieces.add(Piece.whole(name, shape, name)));
        return pieces;
    }

    @Override
    public SortedMap<String, Object> constants() {
        return new TreeMap<>(Map.of("heads", (long) transformer.heads(), "eps", EPSILON, "quick_gelu", quickGelu));
    }
}

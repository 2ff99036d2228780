package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.Stack.Part;
import java.util.List;

/**
 * The size of a transformer.
 *
 * @param layers blocks, at least 1
 * @param width length of a token
 * @param heads of attention; divides the width
 * @param mlp hidden units of a block's MLP
 */
public record TransformerShape(int layers, int width, int heads, int mlp) {

    public TransformerShape {
        if (layers < 1 || width < 1 || heads < 1 || mlp < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "a transformer of %d layers, width %d, %d heads and %d hidden units cannot be: all are at least 1,"
                                    .formatted(layers, width, heads, mlp)
                            + " and the heads divide the width");
        }
    }

    /** Multiplications of all blocks over that number of tokens: projections, attention, MLP. */
    long multiplications(long tokens) {
        long projections = 4L * width * width;
        long attention = 2L * tokens * width;
        long hidden = 2L * width * mlp;
        return layers * tokens * (projections + attention + hidden);
    }

    /** Multiplications that the first token does without: the last block needs only keys and values of the others. */
    long multiplicationsBesideFirst(long tokens) {
        return (tokens - 1) * ((long) width * width + 2L * tokens * width + 2L * width * mlp);
    }

    /**
     * The blocks of open_clip's transformers, vision and text alike. In {@code in_proj} lie q, k and v, one below the
     * other.
     */
    static final class ResidualBlocks {

        private ResidualBlocks() {}

        static Stack of(TransformerShape shape) {
            long width = shape.width();
            long mlp = shape.mlp();
            return new Stack(
                    shape.layers(),
                    block -> "transformer.resblocks." + block + ".",
                    List.of(
                            part("ln_1.weight", width),
                            part("ln_1.bias", width),
                            part("attn.in_proj_weight", 3 * width, width),
                            part("attn.in_proj_bias", 3 * width),
                            part("attn.out_proj.weight", width, width),
                            part("attn.out_proj.bias", width),
                            part("ln_2.weight", width),
                            part("ln_2.bias", width),
                            part("mlp.c_fc.weight", mlp, width),
                            part("mlp.c_fc.bias", mlp),
                            part("mlp.c_proj.weight", width, mlp),
                            part("mlp.c_proj.bias", width)));
        }

        private static Part part(String name, long... shape) {
            return Part.of("blocks." + name, name, shape);
        }
    }
}

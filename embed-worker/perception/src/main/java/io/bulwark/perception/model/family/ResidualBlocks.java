package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.Stack.Part;
import java.util.List;

/** The blocks of open_clip's transformers, vision and text alike. In {@code in_proj} lie q, k and v, one below the other. */
final class ResidualBlocks {

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

package io.bulwark.lab.train.triplet;

import java.util.List;

/**
 * Low-rank adapters (Hu et al., "LoRA", ICLR 2022): a matrix W becomes {@code W + alpha / rank * B A}, and A and B alone
 * are learnt.
 *
 * @param rank r of A {@code [r, in]} and B {@code [out, r]}
 * @param alpha numerator of the scale
 * @param layers parts of names: the matrices that bear one of them are adapted. Empty for the family's own choice
 */
public record Lora(int rank, double alpha, List<String> layers) {

    /** Rank of DreamSim and R-CLIP. */
    public static final int PUBLISHED_RANK = 16;

    /** Alpha of DreamSim and R-CLIP: their code's, with which a product counts a thirty-second. */
    public static final double PUBLISHED_ALPHA = 0.5;

    public Lora {
        layers = List.copyOf(layers);
        if (rank < 1 || !(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException(
                    "rank %d, alpha %s; allowed are 1 and more, above 0".formatted(rank, alpha));
        }
    }

    /** What the product of B and A is multiplied by. */
    float scale() {
        return (float) (alpha / rank);
    }
}

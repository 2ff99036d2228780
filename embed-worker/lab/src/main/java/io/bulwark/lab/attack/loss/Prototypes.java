package io.bulwark.lab.attack.loss;

import java.util.Arrays;

/**
 * Unit rows that embeddings are compared with by cosine: the two alternatives of a 2AFC question, class prototypes,
 * text embeddings. The logit of a class is its cosine times a scale. Immutable.
 */
public final class Prototypes {

    private final float[][] units;
    private final double scale;

    private Prototypes(float[][] units, double scale) {
        this.units = units;
        this.scale = scale;
    }

    /**
     * Prototypes of these embeddings.
     *
     * @param embeddings {@code [classes][D]}, any length above zero; copied
     * @param scale what cosines are multiplied with: 1, or CLIP's 100
     */
    public static Prototypes of(float[][] embeddings, double scale) {
        float[][] units = Arrays.stream(embeddings)
                .map(embedding -> UnitEmbedding.of(embedding).values())
                .toArray(float[][]::new);
        return new Prototypes(units, scale);
    }

    /** How many there are. */
    public int classes() {
        return units.length;
    }

    /** Cosines times scale. */
    double[] logits(UnitEmbedding embedding) {
        return Arrays.stream(units)
                .mapToDouble(unit -> scale * embedding.dot(unit))
                .toArray();
    }

    /**
     * Turns a derivative by the logits into one by the embedding.
     *
     * @param byLogit {@code [classes]}
     * @param slope {@code [D]}, written
     */
    void pullBack(UnitEmbedding embedding, double[] byLogit, float[] slope) {
        double[] byUnit = new double[slope.length];
        for (int c = 0; c < units.length; c++) {
            UnitEmbedding.add(byUnit, units[c], scale * byLogit[c]);
        }
        embedding.pullBack(byUnit, slope);
    }
}

package io.bulwark.perception.attack;

import java.util.Arrays;

/**
 * Unit rows that embeddings are compared with by cosine: the two alternatives of a 2AFC question, class prototypes, text
 * embeddings, one picture to be found again. The logit of a class is its cosine times a scale. Immutable.
 */
public final class Prototypes {

    private static final double SHORTEST = 1e-12;

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
        return new Prototypes(Arrays.stream(embeddings).map(Prototypes::unit).toArray(float[][]::new), scale);
    }

    private static float[] unit(float[] embedding) {
        float[] unit = embedding.clone();
        Norm.L2.steepest(unit, 0, unit.length);
        return unit;
    }

    /** How many there are. */
    public int classes() {
        return units.length;
    }

    /**
     * Cosines times scale.
     *
     * @param embedding {@code [D]}, not normalised
     */
    double[] logits(float[] embedding) {
        double length = length(embedding);
        double[] logits = new double[units.length];
        for (int c = 0; c < units.length; c++) {
            double dot = 0;
            for (int d = 0; d < embedding.length; d++) {
                dot += (double) units[c][d] * embedding[d];
            }
            logits[c] = scale * dot / length;
        }
        return logits;
    }

    /**
     * Turns a derivative by the logits into one by the embedding: of a cosine it is {@code (p - cos e/|e|) / |e|}.
     *
     * @param logits of this embedding
     * @param bySlope {@code [classes]}
     * @param slope {@code [D]}, written
     */
    void pullBack(float[] embedding, double[] logits, double[] bySlope, float[] slope) {
        double length = length(embedding);
        double along = 0;
        for (int c = 0; c < units.length; c++) {
            along += bySlope[c] * logits[c];
        }
        for (int d = 0; d < embedding.length; d++) {
            double towards = 0;
            for (int c = 0; c < units.length; c++) {
                towards += bySlope[c] * units[c][d];
            }
            slope[d] = (float) ((scale * towards - along * embedding[d] / length) / length);
        }
    }

    private static double length(float[] embedding) {
        return Math.max(Norm.L2.of(embedding, 0, embedding.length), SHORTEST);
    }
}

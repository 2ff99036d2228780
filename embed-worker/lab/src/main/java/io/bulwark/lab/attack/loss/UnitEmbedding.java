package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.Norm;

/**
 * An embedding brought to length 1, and the way back for derivatives: of {@code e / |e|} it is {@code (v - u (u·v)) /
 * |e|}.
 *
 * @param values {@code [D]} of length 1; zero where the embedding is
 * @param length of the embedding, at least 1e-12
 */
public record UnitEmbedding(float[] values, double length) {

    private static final double SHORTEST = 1e-12;

    /** @param embedding {@code [D]}, any length; not kept */
    public static UnitEmbedding of(float[] embedding) {
        double length = Math.max(Norm.L2.of(embedding, 0, embedding.length), SHORTEST);
        float[] values = new float[embedding.length];
        for (int d = 0; d < values.length; d++) {
            values[d] = (float) (embedding[d] / length);
        }
        return new UnitEmbedding(values, length);
    }

    /** Cosine with another unit row. */
    public double dot(float[] unit) {
        double dot = 0;
        for (int d = 0; d < values.length; d++) {
            dot += (double) values[d] * unit[d];
        }
        return dot;
    }

    /**
     * From a derivative by the unit row to one by the embedding.
     *
     * @param byUnit {@code [D]}
     * @param slope {@code [D]}, written
     */
    public void pullBack(double[] byUnit, float[] slope) {
        double along = 0;
        for (int d = 0; d < values.length; d++) {
            along += byUnit[d] * values[d];
        }
        for (int d = 0; d < values.length; d++) {
            slope[d] = (float) ((byUnit[d] - along * values[d]) / length);
        }
    }

    /** Adds {@code weight * row}. */
    public static void add(double[] sum, float[] row, double weight) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] += weight * row[d];
        }
    }
}

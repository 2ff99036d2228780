package io.bulwark.perception.metric;

/** The perceptual metric: the cosine of two embeddings (Croce et al., SaTML 2025, section 3). Pure. */
public final class Cosine {

    /** A row shorter than this counts as this long, so that a zero embedding is dissimilar to all and no NaN. */
    private static final double SHORTEST = 1e-12;

    private Cosine() {}

    /**
     * Similarity of two embeddings of one encoder, normalised here.
     *
     * @param a {@code [D]}, any length
     * @param b {@code [D]}, any length
     * @return in [-1, 1] but for rounding; 1 is alike
     * @throws IllegalArgumentException if the dimensions differ
     */
    public static double similarity(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "Embeddings of %d and %d numbers cannot be compared: they come from".formatted(a.length, b.length)
                            + " different encoders");
        }
        double dot = 0;
        double squaresOfA = 0;
        double squaresOfB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squaresOfA += (double) a[i] * a[i];
            squaresOfB += (double) b[i] * b[i];
        }
        return dot / (Math.max(Math.sqrt(squaresOfA), SHORTEST) * Math.max(Math.sqrt(squaresOfB), SHORTEST));
    }
}

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

    /** Euclidean length of rows. Sums are in double precision and in the order of the row. Pure. */
    public static final class Length {

        private Length() {}

        /** Of a part of an array; NaN or infinite where an element is. */
        public static double of(float[] values, int offset, int dimension) {
            double sum = 0;
            for (int i = offset; i < offset + dimension; i++) {
                sum += (double) values[i] * values[i];
            }
            return Math.sqrt(sum);
        }

        /** A copy divided by a length. */
        public static float[] divided(float[] row, double length) {
            float[] quotient = new float[row.length];
            for (int i = 0; i < row.length; i++) {
                quotient[i] = (float) (row[i] / length);
            }
            return quotient;
        }
    }
}

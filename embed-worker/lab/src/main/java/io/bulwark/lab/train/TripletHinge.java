package io.bulwark.lab.train;

/**
 * The hinge of one triplet: {@code max(0, margin + cos(reference, other) - cos(reference, chosen))}.
 *
 * @param rows what is compared, of any lengths
 * @param nearer cosine of the reference with the chosen side
 * @param farther cosine of the reference with the other side
 * @param loss the hinge; NaN where a row is no number
 */
record TripletHinge(TripletSet.EmbeddedTriplet rows, double nearer, double farther, double loss) {

    static TripletHinge of(TripletSet.EmbeddedTriplet rows, double margin) {
        double nearer = cosine(rows.reference(), rows.chosen());
        double farther = cosine(rows.reference(), rows.other());
        return new TripletHinge(rows, nearer, farther, Math.max(0, margin + farther - nearer));
    }

    /** Whether the chosen side is the nearer one. */
    boolean isRight() {
        return nearer > farther;
    }

    /**
     * The slope of {@code weight * loss} by each of the three rows; zero where the triplet is right by the margin.
     *
     * @param weight of this triplet
     */
    TripletSet.EmbeddedTriplet slope(float weight) {
        int dimension = rows.reference().length;
        TripletSet.EmbeddedTriplet slope =
                new TripletSet.EmbeddedTriplet(new float[dimension], new float[dimension], new float[dimension]);
        if (loss > 0) {
            addCosine(rows.reference(), rows.other(), farther, weight, slope.reference());
            addCosine(rows.reference(), rows.chosen(), nearer, -weight, slope.reference());
            addCosine(rows.other(), rows.reference(), farther, weight, slope.other());
            addCosine(rows.chosen(), rows.reference(), nearer, -weight, slope.chosen());
        }
        return slope;
    }

    /** Adds the slope of {@code weight * cos(a, b)} by a: {@code (b/|b| - cos a/|a|) / |a|}. */
    private static void addCosine(float[] a, float[] b, double cosine, float weight, float[] byA) {
        double ownLength = length(a);
        double otherLength = length(b);
        for (int d = 0; d < a.length; d++) {
            byA[d] += (float) (weight * (b[d] / otherLength - cosine * a[d] / ownLength) / ownLength);
        }
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int d = 0; d < a.length; d++) {
            dot += (double) a[d] * b[d];
        }
        return dot / (length(a) * length(b));
    }

    private static double length(float[] row) {
        double squares = 0;
        for (float value : row) {
            squares += (double) value * value;
        }
        return Math.max(1e-12, Math.sqrt(squares));
    }
}

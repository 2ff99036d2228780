package io.bulwark.perception.train;

import io.bulwark.perception.model.MetricHead;
import io.bulwark.perception.model.MetricHead.Pass;

/**
 * The hinge of one triplet: {@code max(0, margin + cos(reference, other) - cos(reference, chosen))} of what the head
 * answers.
 *
 * @param reference the head's pass
 * @param chosen the head's pass
 * @param other the head's pass
 * @param nearer cosine of the reference with the chosen side
 * @param farther cosine of the reference with the other side
 * @param loss the hinge
 */
record TripletHinge(Pass reference, Pass chosen, Pass other, double nearer, double farther, double loss) {

    static TripletHinge of(MetricHead head, HeadTraining.Sample sample, double margin) {
        Pass reference = head.forward(sample.reference());
        Pass chosen = head.forward(sample.chosen());
        Pass other = head.forward(sample.other());
        double nearer = cosine(reference.output(), chosen.output());
        double farther = cosine(reference.output(), other.output());
        return new TripletHinge(reference, chosen, other, nearer, farther, Math.max(0, margin + farther - nearer));
    }

    /** Whether the chosen side is the nearer one. */
    boolean isRight() {
        return nearer > farther;
    }

    /**
     * Adds the slope by the head's weights.
     *
     * @param weight of this triplet
     */
    void addGradient(MetricHead head, float[] byWeights, float weight) {
        if (loss <= 0) {
            return;
        }
        float[] byReference = new float[reference.output().length];
        addCosine(reference.output(), other.output(), farther, weight, byReference);
        addCosine(reference.output(), chosen.output(), nearer, -weight, byReference);
        head.pullBack(reference, byReference, byWeights);
        float[] byOther = new float[byReference.length];
        addCosine(other.output(), reference.output(), farther, weight, byOther);
        head.pullBack(other, byOther, byWeights);
        float[] byChosen = new float[byReference.length];
        addCosine(chosen.output(), reference.output(), nearer, -weight, byChosen);
        head.pullBack(chosen, byChosen, byWeights);
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

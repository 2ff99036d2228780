package io.bulwark.lab.train.triplet;

import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.encoder.MetricHead.Pass;

/**
 * A triplet's way through a metric head.
 *
 * @param reference the head's pass
 * @param chosen the head's pass
 * @param other the head's pass
 * @param hinge of what the head answers
 */
record HeadedTriplet(Pass reference, Pass chosen, Pass other, TripletHinge hinge) {

    static HeadedTriplet of(MetricHead head, EmbeddedTriplet sample, double margin) {
        Pass reference = head.forward(sample.reference());
        Pass chosen = head.forward(sample.chosen());
        Pass other = head.forward(sample.other());
        EmbeddedTriplet outputs = new EmbeddedTriplet(reference.output(), chosen.output(), other.output());
        return new HeadedTriplet(reference, chosen, other, TripletHinge.of(outputs, margin));
    }

    /**
     * Adds the slope by the head's weights.
     *
     * @param weight of this triplet
     */
    void addGradient(MetricHead head, float[] byWeights, float weight) {
        if (hinge.loss() > 0) {
            EmbeddedTriplet slope = hinge.slope(weight);
            head.pullBack(reference, slope.reference(), byWeights);
            head.pullBack(chosen, slope.chosen(), byWeights);
            head.pullBack(other, slope.other(), byWeights);
        }
    }
}

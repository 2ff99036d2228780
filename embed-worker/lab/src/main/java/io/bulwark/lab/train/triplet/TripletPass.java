package io.bulwark.lab.train.triplet;

import io.bulwark.perception.encoder.Answers;
import io.bulwark.perception.encoder.TrainableEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * One pass of an encoder over the pictures of some triplets.
 *
 * @param hinges of the triplets, in their order
 * @param byWeights slope of the hinges' weighted sum by each of the encoder's weights
 */
record TripletPass(List<TripletHinge> hinges, float[] byWeights) {

    /**
     * Reads the pictures, embeds them and differentiates.
     *
     * @param some of the set, by number
     * @param weight of each triplet
     */
    static TripletPass of(
            TrainableEncoder encoder, TripletSet triplets, List<Integer> some, double margin, float weight) {
        int height = encoder.description().preprocess().height();
        int width = encoder.description().preprocess().width();
        int length = 3 * 3 * height * width;
        float[] pixels = new float[some.size() * length];
        for (int i = 0; i < some.size(); i++) {
            System.arraycopy(triplets.planes(some.get(i)), 0, pixels, i * length, length);
        }
        List<TripletHinge> hinges = new ArrayList<>();
        TrainableEncoder.Gradient gradient = encoder.gradient(pixels, 3 * some.size(), height, width, answers -> {
            int dimension = answers.embeddings().length / answers.count();
            float[] slopes = new float[answers.embeddings().length];
            for (int i = 0; i < some.size(); i++) {
                TripletHinge hinge = TripletHinge.of(EmbeddedTriplet.at(answers.embeddings(), i, dimension), margin);
                hinge.slope(weight).write(slopes, i);
                hinges.add(hinge);
            }
            return new Answers(answers.count(), slopes, new float[0]);
        });
        return new TripletPass(List.copyOf(hinges), gradient.weights());
    }

    /** Sum of the hinges. */
    double loss() {
        return hinges.stream().mapToDouble(TripletHinge::loss).sum();
    }

    /** How many triplets were decided as people decided them. */
    int right() {
        return (int) hinges.stream().filter(TripletHinge::isRight).count();
    }
}

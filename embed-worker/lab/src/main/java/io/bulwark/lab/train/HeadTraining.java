package io.bulwark.lab.train;

import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.lab.train.TripletDescent.TripletRecipe.Report;
import io.bulwark.lab.train.TripletSet.EmbeddedTriplet;
import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.encoder.MetricHead.Pass;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Teaches a metric head what people find more alike: embeddings of triplets are computed once, and the head alone
 * moves.
 *
 * @param hidden width of the head's layer between
 * @param recipe how it learns
 */
record HeadTraining(int hidden, TripletDescent.TripletRecipe recipe) {

    public HeadTraining {
        if (hidden < 1) {
            throw new IllegalArgumentException("hidden %d; allowed are 1 and more".formatted(hidden));
        }
    }

    /**
     * Trains.
     *
     * @param samples at least one, as the encoder embeds them
     * @param watch told every {@code reportEvery} steps
     * @throws DivergedException if a loss or gradient is no finite number
     */
    public MetricHead run(EmbeddedTriplet[] samples, int reportEvery, Consumer<Report> watch) {
        int dimension = samples[0].reference().length;
        MetricHead head = MetricHead.fresh(dimension, hidden, recipe.seed());
        new TripletDescent(recipe, head.weights(), head.parts())
                .run(
                        samples.length,
                        place -> "triplet " + place,
                        batch -> lowered(head, samples, batch),
                        reportEvery,
                        watch,
                        Optional.empty());
        return head;
    }

    private TripletDescent.Lowered lowered(MetricHead head, EmbeddedTriplet[] samples, List<Integer> batch) {
        float[] gradient = new float[head.weights().length];
        double loss = 0;
        int right = 0;
        for (int place : batch) {
            HeadedTriplet triplet = HeadedTriplet.of(head, samples[place], recipe.margin());
            loss += triplet.hinge().loss();
            right += triplet.hinge().isRight() ? 1 : 0;
            triplet.addGradient(head, gradient, 1f / batch.size());
        }
        return new TripletDescent.Lowered(loss, right, gradient);
    }

    /** What it is, line by line, for provenance. */
    public Map<String, String> describe() {
        Map<String, String> lines = recipe.describe();
        lines.put("head", "MLP of %d hidden units on embeddings that are not normalised".formatted(hidden));
        return lines;
    }

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
}

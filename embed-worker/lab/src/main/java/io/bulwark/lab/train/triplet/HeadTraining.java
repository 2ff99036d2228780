package io.bulwark.lab.train.triplet;

import io.bulwark.lab.train.DivergedException;
import io.bulwark.lab.train.triplet.TripletDescent.Lowered;
import io.bulwark.lab.train.triplet.TripletRecipe.Report;
import io.bulwark.perception.encoder.MetricHead;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Teaches a metric head what people find more alike: embeddings of triplets are computed once, and the head alone moves.
 *
 * @param hidden width of the head's layer between
 * @param recipe how it learns
 */
public record HeadTraining(int hidden, TripletRecipe recipe) {

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
                        watch);
        return head;
    }

    private Lowered lowered(MetricHead head, EmbeddedTriplet[] samples, List<Integer> batch) {
        float[] gradient = new float[head.weights().length];
        double loss = 0;
        int right = 0;
        for (int place : batch) {
            HeadedTriplet triplet = HeadedTriplet.of(head, samples[place], recipe.margin());
            loss += triplet.hinge().loss();
            right += triplet.hinge().isRight() ? 1 : 0;
            triplet.addGradient(head, gradient, 1f / batch.size());
        }
        return new Lowered(loss, right, gradient);
    }

    /** What it is, line by line, for provenance. */
    public Map<String, String> describe() {
        Map<String, String> lines = recipe.describe();
        lines.put("head", "MLP of %d hidden units on embeddings that are not normalised".formatted(hidden));
        return lines;
    }
}

package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine.Option;

/**
 * FARE's goal on standardised embeddings: each dimension's difference is divided by the deviation that the parent's
 * embeddings have in it, and the squares are averaged over dimensions instead of summed. A student that answers the
 * mean of all embeddings has a distance of 1, at any input size. The inner attack raises the divergence of the
 * classifier too.
 *
 * @param scale weight divided by the variance of each dimension and by their number, {@code [D]}
 * @param weight of the distance
 * @param terms weights of the further terms
 */
record StandardisedFare(float[] scale, double weight, Recipe.Terms terms) implements TrainingGoal.Maker {

    private static final int PICTURES = 512;
    private static final int AT_ONCE = 32;

    /** Added to a variance: dimensions that hardly vary are not blown up. */
    private static final double LEAST_VARIANCE = 1e-3;

    /**
     * Measures the parent's deviations on squares of evenly spread pictures, at the size that it sees in training.
     *
     * @param weight of the distance, above 0
     */
    public static StandardisedFare of(ModelPackage parent, PictureSet pictures, Recipe recipe, double weight) {
        int size = recipe.batches().parentSize();
        int count = Math.min(PICTURES, pictures.size());
        Augmentation augmentation = new Augmentation(pictures, recipe.batches(), recipe.variation());
        double[] sum = null;
        double[] squares = null;
        try (DifferentiableEncoder encoder = parent.openDifferentiable(EncoderOptions.onFirstDevice())) {
            for (int from = 0; from < count; from += AT_ONCE) {
                int some = Math.min(AT_ONCE, count - from);
                float[] pixels = new float[some * 3 * size * size];
                for (int i = 0; i < some; i++) {
                    int picture = (int) ((long) (from + i) * pictures.size() / count);
                    SplittableRandom random = Seeds.random(recipe.seed(), Seeds.DEVIATION, 0, from + i);
                    augmentation.crop(picture, random).write(size, pixels, i);
                }
                float[] embeddings = encoder.embed(pixels, some, size, size);
                int dimension = embeddings.length / some;
                sum = sum == null ? new double[dimension] : sum;
                squares = squares == null ? new double[dimension] : squares;
                for (int i = 0; i < embeddings.length; i++) {
                    sum[i % dimension] += embeddings[i];
                    squares[i % dimension] += (double) embeddings[i] * embeddings[i];
                }
            }
        }
        float[] scale = new float[sum.length];
        for (int d = 0; d < scale.length; d++) {
            double mean = sum[d] / count;
            double variance = squares[d] / count - mean * mean;
            scale[d] = (float) (weight / (variance + LEAST_VARIANCE) / scale.length);
        }
        return new StandardisedFare(scale, weight, recipe.terms());
    }

    @Override
    public TrainingGoal of(Answers parent, int[] labels) {
        return new FareGoal(parent, terms, scale);
    }

    @Override
    public Map<String, String> describe() {
        return Map.of("distance", String.format(Locale.ROOT, "of standardised embeddings, weight %s", weight));
    }

    /** What a student is drawn to: {@code @Mixin DistillationOptions distillation}. */
    static final class DistillationOptions {

        @Option(
                names = "--head-weight",
                paramLabel = "W",
                description = "Weight of the divergence of the parent's classifier, where it has one.")
        private double headWeight = 0;

        @Option(
                names = "--standardise",
                paramLabel = "W",
                description =
                        "Weight of the distance of standardised embeddings, which takes the place of FARE's: each "
                                + "dimension is divided by its deviation over the parent's embeddings, and the inner attack raises "
                                + "the divergence of the classifier too. For a student that starts far from its parent.")
        private Double standardise;

        double headWeight() {
            return headWeight;
        }

        /** The goals of a recipe; measures the parent where that is asked for. */
        TrainingGoal.Maker goals(ModelPackage parent, PictureSet pictures, Recipe recipe) {
            if (standardise == null) {
                return recipe::fare;
            }
            if (!(standardise > 0)) {
                throw CommandFailure.usage("--standardise is " + standardise + ", allowed are numbers above 0");
            }
            return StandardisedFare.of(parent, pictures, recipe, standardise);
        }
    }
}

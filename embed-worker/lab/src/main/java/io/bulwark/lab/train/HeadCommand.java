package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.lab.train.TripletDescent.TripletRecipe.Report;
import io.bulwark.lab.train.TripletSet.EmbeddedTriplet;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.encoder.MetricHead.Pass;
import io.bulwark.perception.model.MetricHeadFile;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train head}. */
@Command(
        name = "head",
        description =
                "Teaches a small network behind an encoder, which itself stays as it is, what people find more alike"
                        + " (DreamSim's MLP head): 'similarity --head' and 'evaluate 2afc --head' compare behind it.")
final class HeadCommand extends OutputCommand implements Runnable {

    private static final int BATCH_OF_PICTURES = 16;

    @Mixin
    private ModelOptions model;

    @Mixin
    private TripletOptions data;

    @Mixin
    private TripletDescent.TripletRecipeOptions learning;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The head's file; called " + MetricHeadFile.NAME
                    + " in the model's folder it is the package's" + " own.")
    private Path out;

    @Option(names = "--hidden", description = "Units.")
    private int hidden = 512;

    @Override
    public void run() {
        Output output = output();
        try {
            List<Triplet> triplets = learning.triplets(data);
            TripletDescent.TripletRecipe recipe =
                    learning.recipe(TripletDescent.TripletRecipeOptions.Published.HEAD, triplets.size());
            HeadTraining training = new HeadTraining(hidden, recipe);
            ModelPackage parent = model.open(output);
            MetricHead head = training.run(
                    samples(parent, triplets, output),
                    TripletDescent.TripletRecipeOptions.reportEvery(recipe),
                    report -> TripletDescent.TripletRecipeOptions.print(report, output));
            Map<String, String> provenance = new TreeMap<>(training.describe());
            provenance.put("triplets", learning.describe(triplets, data));
            new MetricHeadFile(out).write(head, parent.describe(Precision.FP32).fingerprint(), provenance);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
        output.print(out.toString(), Map.of("head", out.toString()));
    }

    private TripletSet.EmbeddedTriplet[] samples(ModelPackage parent, List<Triplet> triplets, Output output) {
        List<PictureSource> pictures = new ArrayList<>();
        for (Triplet triplet : triplets) {
            pictures.addAll(triplet.pictures());
        }
        try (DifferentiableEncoder network = parent.openDifferentiable(model.options());
                Progress bar = Progress.of("embedding", pictures.size(), output)) {
            float[][] rows = EvaluatedEncoder.of(network, BATCH_OF_PICTURES).embed(pictures, bar::stepBy);
            TripletSet.EmbeddedTriplet[] samples = new TripletSet.EmbeddedTriplet[triplets.size()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = new TripletSet.EmbeddedTriplet(rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]);
            }
            return samples;
        }
    }

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
}

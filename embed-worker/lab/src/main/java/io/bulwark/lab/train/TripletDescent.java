package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.data.NightsLayout;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import io.bulwark.lab.train.AdamW.TrainedRange;
import io.bulwark.lab.train.TripletDescent.TripletRecipe;
import io.bulwark.lab.train.TripletDescent.TripletRecipe.Report;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Lowers the hinge of triplets, batch by batch, by the weights that it is given. One thread.
 *
 * @param weights that learn; modified by every step
 * @param places where each tensor lies in them
 */
record TripletDescent(TripletRecipe recipe, float[] weights, List<TensorPlace> places) {

    /**
     * What a batch of triplets was answered.
     *
     * @param loss sum of the hinges
     * @param right how many triplets were decided as people decided them
     * @param gradient of the mean hinge by each weight
     */
    record Lowered(double loss, int right, float[] gradient) {

        /** With what another part of the batch was answered; modifies this one's gradient. */
        Lowered plus(Lowered more) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += more.gradient()[i];
            }
            return new Lowered(loss + more.loss(), right + more.right(), gradient);
        }
    }

    /**
     * Takes all steps.
     *
     * @param triplets how many there are; at least one
     * @param name of a triplet, for errors
     * @param lower asks the weights as they are now about a batch of triplets, given by number
     * @param reportEvery steps
     * @param kept from which it goes on, and where it is kept
     * @throws DivergedException if a loss or gradient is no finite number
     */
    void run(
            int triplets,
            IntFunction<String> name,
            Function<List<Integer>, Lowered> lower,
            int reportEvery,
            Consumer<Report> watch,
            Optional<Kept> kept) {
        Recipe.Descent descent = recipe.descent();
        AdamW.WeightUpdate update = new AdamW.WeightUpdate(
                descent,
                descent.schedule(),
                new TrainedRange(places),
                kept.flatMap(Kept::read).map(this::from).orElseGet(() -> Checkpoint.TrainingState.of(weights)));
        Seeds.Shuffle order = new Seeds.Shuffle(triplets, recipe.seed());
        double loss = 0;
        int right = 0;
        int since = 0;
        for (int step = update.state().steps() + 1; step <= descent.steps(); step++) {
            List<Integer> batch = batch(order, step - 1);
            Lowered lowered = lower.apply(batch);
            double norm = update.clip(lowered.gradient());
            requireFinite(step, lowered.loss(), norm, batch, name);
            update.apply(lowered.gradient());
            loss += lowered.loss();
            right += lowered.right();
            since += recipe.batch();
            if (kept.isPresent() && kept.get().isDue(step, descent.steps())) {
                kept.get().write(update.state());
            }
            if (step % reportEvery == 0 || step == descent.steps()) {
                watch.accept(new Report(step, loss / since, (double) right / since));
                loss = 0;
                right = 0;
                since = 0;
            }
        }
    }

    /** A state that goes on in these weights, which what is asked for batches looks at. */
    private Checkpoint.TrainingState from(Checkpoint.TrainingState stored) {
        System.arraycopy(stored.weights(), 0, weights, 0, weights.length);
        return new Checkpoint.TrainingState(
                stored.steps(), weights, stored.mean(), stored.square(), stored.average(), null);
    }

    /**
     * A training on disk.
     *
     * @param checkpoint the last one
     * @param belongs what it is of, so that no other training goes on from it
     * @param every steps between two
     */
    record Kept(Checkpoint checkpoint, Map<String, String> belongs, int every) {

        boolean isDue(int step, int steps) {
            return step % every == 0 || step == steps;
        }

        Optional<Checkpoint.TrainingState> read() {
            try {
                return checkpoint.read(belongs);
            } catch (IOException e) {
                throw CommandFailure.failed(e.getMessage(), e);
            }
        }

        void write(Checkpoint.TrainingState state) {
            try {
                checkpoint.write(state, belongs);
            } catch (IOException e) {
                throw CommandFailure.failed(e.getMessage(), e);
            }
        }
    }

    private List<Integer> batch(Seeds.Shuffle order, int done) {
        return IntStream.range(0, recipe.batch())
                .mapToObj(i -> order.at((long) done * recipe.batch() + i))
                .toList();
    }

    private static void requireFinite(
            int step, double loss, double norm, List<Integer> batch, IntFunction<String> name) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new StepAverages.DivergedException(
                    step,
                    "loss %s, gradient %s".formatted(loss, norm),
                    batch.stream().map(name::apply).toList(),
                    Optional.empty());
        }
    }

    /**
     * How something learns what people find more alike, whatever it is that learns. The loss is DreamSim's, a hinge on
     * the difference of cosine distances with a margin of 0.05 there (Fu et al., NeurIPS 2023, section 4.2).
     *
     * @param batch triplets a step
     * @param margin by which the side that people chose shall be nearer
     * @param descent how the weights move, and for how many steps
     * @param seed of the first weights and the order of triplets
     */
    record TripletRecipe(int batch, double margin, Recipe.Descent descent, long seed) {

        public TripletRecipe {
            if (batch < 1 || !(margin >= 0)) {
                throw new IllegalArgumentException(
                        "batch %d, margin %s; allowed are 1 and more, 0 and more".formatted(batch, margin));
            }
        }

        /**
         * How it goes.
         *
         * @param step taken
         * @param loss mean since the last report
         * @param agreement share of triplets, as they came, that were decided as people decided them
         */
        public record Report(int step, double loss, double agreement) {}

        /** What it is, line by line, for provenance. */
        Map<String, String> describe() {
            Map<String, String> lines = new TreeMap<>();
            lines.put("loss", "hinge, margin %s on the difference of cosine distances".formatted(margin));
            lines.put("batch", Integer.toString(batch));
            lines.put("descent", descent.describe());
            lines.put("seed", Long.toString(seed));
            return lines;
        }
    }

    /** How triplets are learnt, and how it goes: {@code @Mixin TripletRecipeOptions learning}. */
    static final class TripletRecipeOptions {

        /** Reports of a training, and the inverse of the warm-up's share of it. */
        private static final int PARTS = 20;

        private static final double PUBLISHED_RATE = 3e-4;
        private static final double PUBLISHED_MARGIN = 0.05;

        /** What the published recipe leaves open. */
        private static final Set<String> OPEN = Set.of("--published", "--seed");

        @Spec(Spec.Target.MIXEE)
        private CommandSpec command;

        /** DreamSim's configurations of what is taught (Fu et al., NeurIPS 2023; its code at 077b557). */
        enum Published {
            HEAD(20, 512),
            ADAPTERS(8, 32);

            private final int epochs;
            private final int batch;

            Published(int epochs, int batch) {
                this.epochs = epochs;
                this.batch = batch;
            }

            private int steps(int triplets) {
                return Math.max(1, Math.round((float) epochs * triplets / batch));
            }
        }

        @Option(
                names = "--published",
                description = "As DreamSim's code trains on NIGHTS: Adam at 3e-4 at every"
                        + " step with beta 0.5, no decay, margin 0.05; 20 epochs of a head by 512 triplets a step, 8 of"
                        + " adapters by 32. Of the options of a recipe --seed is left.")
        private boolean published;

        @Option(
                names = "--margin",
                paramLabel = "M",
                description = "By which the side that people chose shall be nearer.")
        private double margin = 0.05;

        @Option(names = "--steps", description = "")
        private int steps = 2000;

        @Option(names = "--batch", description = "Triplets a step.")
        private int batch = 32;

        @Option(
                names = "--rate",
                paramLabel = "R",
                defaultValue = "3e-4",
                description = "AdamW's rate at its height (default: ${DEFAULT-VALUE}).")
        private double rate;

        @Option(
                names = "--weight-decay",
                paramLabel = "D",
                defaultValue = "0",
                description = "Decoupled (default: ${DEFAULT-VALUE}, as the authors have it).")
        private double weightDecay;

        @Option(names = "--seed", paramLabel = "SEED", description = "Of everything that is random.")
        private long seed = 0;

        /**
         * What was asked for.
         *
         * @param taught which published recipe is meant
         * @param triplets that are learnt
         * @throws CommandFailure if there is no such recipe
         */
        TripletRecipe recipe(Published taught, int triplets) {
            if (published) {
                RecipeOptions.requireFree(command, "--published", TripletRecipeOptions.class, OPEN);
                int all = taught.steps(triplets);
                Recipe.Descent level =
                        new Recipe.Descent(PUBLISHED_RATE, 0, 0, all, 0, 0, false, Recipe.Descent.Course.LEVEL);
                return new TripletRecipe(taught.batch, PUBLISHED_MARGIN, level, seed);
            }
            try {
                return new TripletRecipe(
                        batch, margin, new Recipe.Descent(rate, weightDecay, steps / PARTS, steps, 0, 0), seed);
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage(e.getMessage());
            }
        }

        /** What is learnt from: of a data set that is split, the part for training unless another is named. */
        List<Triplet> triplets(TripletOptions data) {
            return data.triplets(NightsLayout.Split.TRAIN, seed);
        }

        /** A line for provenance about {@link #triplets}. */
        String describe(List<Triplet> triplets, TripletOptions data) {
            return "%d of %s".formatted(triplets.size(), data.name(NightsLayout.Split.TRAIN, seed));
        }

        /** Steps between two reports. */
        static int reportEvery(TripletRecipe recipe) {
            return Math.max(1, recipe.descent().steps() / PARTS);
        }

        static void print(TripletRecipe.Report report, Output output) {
            output.print(
                    String.format(
                            Locale.ROOT,
                            "step %d loss %.4f agreement %.3f",
                            report.step(),
                            report.loss(),
                            report.agreement()),
                    Map.of("step", report.step(), "loss", report.loss(), "agreement", report.agreement()));
        }
    }
}

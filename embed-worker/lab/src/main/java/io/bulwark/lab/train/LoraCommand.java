package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.HeadCommand.TripletHinge;
import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.lab.train.TripletDescent.TripletRecipe.Report;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train lora}. */
@Command(
        name = "lora",
        description = "Teaches an encoder what people find more alike by low-rank adapters on its matrices (LoRA, as"
                + " DreamSim and R-CLIP use it). They are merged into the weights: the package runs as any other.")
final class LoraCommand extends OutputCommand implements Runnable {

    /** From this number of steps on, the hours are estimated before the first. */
    private static final int LONG = 100;

    @Mixin
    private ModelOptions model;

    @Mixin
    private TripletOptions data;

    @Mixin
    private TripletDescent.TripletRecipeOptions learning;

    @Mixin
    private TrainingOptions.PackageOptions adapted;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            required = true,
            description = "The package that comes of it; made if missing.")
    private Path out;

    @Option(
            names = "--rank",
            paramLabel = "R",
            defaultValue = "" + Adapters.Lora.PUBLISHED_RANK,
            description = "Of the adapters.")
    private int rank;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            defaultValue = "" + Adapters.Lora.PUBLISHED_ALPHA,
            description = "An adapter counts alpha / rank.")
    private double alpha;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--layers",
            paramLabel = "NAME",
            split = ",",
            description = "Adapt the linear layers and 1x1 convolutions whose names hold one of these, such as attn,mlp"
                    + " (default: queries, keys and values of a transformer, the MLPs of a ConvNeXt's blocks, all 1x1"
                    + " convolutions of a MobileNetV2).")
    private List<String> layers = List.of();

    @Option(
            names = "--work",
            paramLabel = "FOLDER",
            description = "Checkpoints; a training that finds its own there goes on from it (default: none are kept).")
    private Path work;

    @Option(names = "--checkpoint-every", description = "Steps.")
    private int checkpointEvery = 50;

    @Option(names = "--estimate", description = "Measure a step, say how long the training will take, and end.")
    private boolean estimate;

    @Option(names = "--shard", description = "Triplets a pass; divides the batch.")
    private int shard = 4;

    @Option(names = "--threads", description = "That train side by side.")
    private int threads = 2;

    @Override
    public void run() {
        Output output = output();
        try {
            List<Triplet> triplets = learning.triplets(data);
            TripletDescent.TripletRecipe recipe =
                    learning.recipe(TripletDescent.TripletRecipeOptions.Published.ADAPTERS, triplets.size());
            LoraTraining training = new LoraTraining(new Adapters.Lora(rank, alpha, layers), shard, recipe);
            LoraTraining.Setup setup = new LoraTraining.Setup(
                    model.options(),
                    threads,
                    TripletDescent.TripletRecipeOptions.reportEvery(recipe),
                    Optional.ofNullable(work),
                    checkpointEvery);
            ModelPackage parent = model.open(output);
            TripletSet.ReadTriplets read = new TripletSet.ReadTriplets(
                    triplets, new ExactPictureReader(parent.manifest().preprocess()));
            if (estimate || recipe.descent().steps() >= LONG) {
                StepAverages.Cost cost = training.cost(parent, read, setup);
                if (estimate) {
                    output.print(cost.toString(), cost.fields());
                    return;
                }
                output.note(cost.toString());
            }
            Trained trained = training.run(
                    parent, read, setup, report -> TripletDescent.TripletRecipeOptions.print(report, output));
            Trained described = trained.with("triplets", learning.describe(triplets, data));
            adapted.save(described, parent, OptionalInt.empty(), out, output);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    /**
     * Teaches an encoder what people find more alike by low-rank adapters, as DreamSim does (Fu et al., NeurIPS 2023,
     * section 4.2) and R-CLIP on robust encoders (Croce et al., SaTML 2025). What comes of it has the adapters merged into
     * its weights: an encoder like any other.
     *
     * <pre>{@code
     * Trained trained = new LoraTraining(new Lora(16, 0.5, List.of()), 4, recipe)
     *         .run(parent, triplets, new LoraTraining.Setup(EncoderOptions.defaults(), 2, 100), System.out::println);
     * parent.save(trained.model("mine", ElementType.F16), out);
     * }</pre>
     *
     * @param lora what the adapters are like
     * @param shard triplets a pass; divides the batch
     * @param recipe how they learn
     */
    record LoraTraining(Adapters.Lora lora, int shard, TripletDescent.TripletRecipe recipe) {

        public LoraTraining {
            if (shard < 1 || recipe.batch() % shard != 0) {
                throw new IllegalArgumentException(
                        "batch %d, shard %d: the shard must divide the batch".formatted(recipe.batch(), shard));
            }
        }

        /**
         * What does not change the result.
         *
         * @param options device and cache of the encoders; their threads are set to one an operation
         * @param threads that train side by side, each with its own encoder
         * @param reportEvery steps
         * @param folder of checkpoints; empty where none are kept
         * @param checkpointEvery steps
         */
        record Setup(EncoderOptions options, int threads, int reportEvery, Optional<Path> folder, int checkpointEvery) {

            public Setup {
                if (threads < 1 || reportEvery < 1 || checkpointEvery < 1) {
                    throw new IllegalArgumentException(
                            "threads %d, a report every %d steps, a checkpoint every %d; allowed are 1 and more"
                                    .formatted(threads, reportEvery, checkpointEvery));
                }
            }

            /** Without checkpoints. */
            Setup(EncoderOptions options, int threads, int reportEvery) {
                this(options, threads, reportEvery, Optional.empty(), 1);
            }
        }

        /**
         * Trains. The same seed and triplets give the same weights.
         *
         * @param parent not modified
         * @param triplets at least one, at the parent's input size
         * @param watch told every {@code reportEvery} steps
         * @throws IllegalArgumentException if the parent has no matrix of the names that are asked for
         * @throws DivergedException if a loss or gradient is no finite number
         */
        public Trained run(ModelPackage parent, TripletSet triplets, Setup setup, Consumer<Report> watch) {
            EncoderOptions options = setup.options().withThreads(1);
            try (Replica.ReplicaThreads<TrainableEncoder> threads =
                    new Replica.ReplicaThreads<>(setup.threads(), () -> parent.openTrainable(options))) {
                List<TensorPlace> tensors = threads.ask(TrainableEncoder::tensors);
                float[] frozen = threads.ask(TrainableEncoder::weights);
                Adapters adapters = Adapters.on(tensors, lora);
                float[] factors = adapters.fresh(recipe.seed());
                float[] merged = frozen.clone();
                Map<String, String> provenance = recipe.describe();
                provenance.put("adapters", adapters.describe());
                provenance.put(
                        "parent", parent.describe(EncoderOptions.Precision.FP32).fingerprint());
                new TripletDescent(recipe, factors, adapters.places())
                        .run(
                                triplets.size(),
                                triplets::name,
                                batch -> {
                                    adapters.merge(factors, frozen, merged);
                                    threads.tell(encoder -> encoder.setWeights(merged));
                                    return lowered(threads, adapters, factors, triplets, batch);
                                },
                                setup.reportEvery(),
                                watch,
                                setup.folder().map(folder -> kept(folder, setup, triplets, provenance)));
                adapters.merge(factors, frozen, merged);
                return new Trained(recipe.descent().steps(), merged, tensors, provenance);
            }
        }

        private TripletDescent.Kept kept(
                Path folder, Setup setup, TripletSet triplets, Map<String, String> provenance) {
            Map<String, String> belongs = new TreeMap<>(provenance);
            String names =
                    IntStream.range(0, triplets.size()).mapToObj(triplets::name).collect(Collectors.joining("\n"));
            belongs.put(
                    "triplets",
                    "%d, names %s"
                            .formatted(triplets.size(), Sha256.ofText(names).hex()));
            belongs.put("shard", Integer.toString(shard));
            return new TripletDescent.Kept(Checkpoint.in(folder), belongs, setup.checkpointEvery());
        }

        /**
         * Measures what the training will take: a shard on each thread, twice, since libtorch specialises in the
         * first call. Parameters as for {@link #run}.
         */
        StepAverages.Cost cost(ModelPackage parent, TripletSet triplets, Setup setup) {
            EncoderOptions options = setup.options().withThreads(1);
            try (Replica.ReplicaThreads<TrainableEncoder> threads =
                    new Replica.ReplicaThreads<>(setup.threads(), () -> parent.openTrainable(options))) {
                Adapters adapters = Adapters.on(threads.ask(TrainableEncoder::tensors), lora);
                int shards = recipe.batch() / shard;
                int atOnce = Math.min(setup.threads(), shards);
                List<Integer> some = IntStream.range(0, atOnce * shard)
                        .mapToObj(i -> i % triplets.size())
                        .toList();
                double fastest = Double.POSITIVE_INFINITY;
                for (int turn = 0; turn < 2; turn++) {
                    long start = System.nanoTime();
                    lowered(threads, adapters, adapters.fresh(recipe.seed()), triplets, some);
                    fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
                }
                int turns = (shards + atOnce - 1) / atOnce;
                return new StepAverages.Cost(recipe.descent().steps(), recipe.batch(), turns * fastest);
            }
        }

        private TripletDescent.Lowered lowered(
                Replica.ReplicaThreads<TrainableEncoder> threads,
                Adapters adapters,
                float[] factors,
                TripletSet triplets,
                List<Integer> batch) {
            List<Future<TripletDescent.Lowered>> running = new ArrayList<>();
            for (int from = 0; from < batch.size(); from += shard) {
                List<Integer> some = batch.subList(from, from + shard);
                running.add(threads.submit(from / shard, encoder -> {
                    TripletPass pass = TripletPass.of(encoder, triplets, some, recipe.margin(), 1f / batch.size());
                    return new TripletDescent.Lowered(
                            pass.loss(), pass.right(), adapters.pullBack(factors, pass.byWeights()));
                }));
            }
            return running.stream()
                    .map(Replica.ReplicaThreads::result)
                    .reduce(TripletDescent.Lowered::plus)
                    .orElseThrow();
        }

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
                TrainableEncoder.Gradient gradient =
                        encoder.gradient(pixels, 3 * some.size(), height, width, answers -> {
                            int dimension = answers.embeddings().length / answers.count();
                            float[] slopes = new float[answers.embeddings().length];
                            for (int i = 0; i < some.size(); i++) {
                                TripletHinge hinge = TripletHinge.of(
                                        TripletSet.EmbeddedTriplet.at(answers.embeddings(), i, dimension), margin);
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
    }
}

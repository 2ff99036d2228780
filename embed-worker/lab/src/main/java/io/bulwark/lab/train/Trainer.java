package io.bulwark.lab.train;

import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.train.AdamW.TrainedRange;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.Checkpoint.Validation;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Tunes an encoder. A batch is cut into shards; each thread runs its shards on its own encoders, one thread per
 * operation, and the gradients are added up in the order of the shards: the result is the same, bit for bit, at every
 * run with the same number of threads, and a training that was stopped goes on as if it had not been. With {@link
 * FreeGradients} several steps in a row learn the same batch.
 *
 * <pre>{@code
 * try (Trainer trainer = new Trainer(parent, parent, recipe, recipe::fare, pictures, Trainer.Setup.of(2, folder))) {
 *     Trained trained = trainer.run(report -> System.out.println(report));
 * }
 * }</pre>
 *
 * <p>One thread calls it.
 */
final class Trainer implements AutoCloseable {

    /** In place of a step's number: what is drawn for looks at pictures that are kept from training. */
    private static final int LOOK = -1;

    private final ModelPackage parent;
    private final ModelPackage start;
    private final Recipe recipe;
    private final PictureSet pictures;
    private final Setup setup;
    private final Augmentation augmentation;
    private final Augmentation.EverydayCrops everyday;
    private final Validation validation;
    private final Seeds.Shuffle shuffle;
    private final Replica.ReplicaThreads<Replica> threads;
    private final List<TensorPlace> tensors;
    private final TrainedRange trained;
    private final Map<String, String> belongs;
    private final Checkpoint checkpoint;

    /**
     * What does not change the result.
     *
     * @param options device and cache of the encoders; their threads are set to one an operation
     * @param threads that train side by side
     * @param folder of the checkpoints
     * @param checkpointEvery steps
     * @param reportEvery steps
     */
    record Setup(EncoderOptions options, int threads, Path folder, int checkpointEvery, int reportEvery) {}

    /**
     * Opens the encoders.
     *
     * @param parent frozen
     * @param start where training starts unless it goes on from a checkpoint: the parent, or what another training made
     *     of it
     * @param goals what is lowered
     * @param pictures not closed with this
     */
    Trainer(
            ModelPackage parent,
            ModelPackage start,
            Recipe recipe,
            TrainingGoal.Maker goals,
            PictureSet pictures,
            Setup setup) {
        this.parent = parent;
        this.start = start;
        this.recipe = recipe;
        this.pictures = pictures;
        this.setup = setup;
        this.augmentation = new Augmentation(pictures, recipe.batches(), recipe.variation());
        this.validation = Validation.of(pictures, recipe);
        this.everyday = new Augmentation.EverydayCrops(pictures, validation.learnt());
        this.shuffle = new Seeds.Shuffle(validation.learnt().length, recipe.seed());
        EncoderOptions options = setup.options().withThreads(1);
        this.threads = new Replica.ReplicaThreads<>(setup.threads(), () -> new Replica(parent, options, recipe, goals));
        this.tensors = threads.ask(Replica::tensors);
        this.trained = TrainedRange.of(tensors, recipe.descent().head());
        this.belongs = belongs(goals);
        this.checkpoint = Checkpoint.in(setup.folder());
    }

    private Map<String, String> belongs(TrainingGoal.Maker goals) {
        Map<String, String> all = new TreeMap<>(recipe.describe());
        all.putAll(goals.describe());
        all.put("parent", parent.describe(EncoderOptions.Precision.FP32).fingerprint());
        all.put("start", start.describe(EncoderOptions.Precision.FP32).fingerprint());
        all.put("pictures", "%d, set %s".formatted(pictures.size(), pictures.fingerprint()));
        all.put("threads", Integer.toString(setup.threads()));
        return all;
    }

    /**
     * Trains to the end, from the last checkpoint where there is one.
     *
     * @param watch told every {@code reportEvery} steps
     * @throws DivergedException if a loss or gradient is no finite number
     * @throws IOException if a checkpoint cannot be read or written, or belongs to another training
     */
    public Trained run(Consumer<StepAverages.StepReport> watch) throws IOException {
        Checkpoint.TrainingState state =
                checkpoint.read(belongs).orElseGet(() -> Checkpoint.TrainingState.of(startingWeights()));
        AdamW.WeightUpdate update =
                new AdamW.WeightUpdate(recipe.descent(), recipe.descent().schedule(), trained, state);
        int steps = recipe.descent().steps();
        StepAverages progress = new StepAverages(steps, recipe.batches().batch());
        FreeGradients free = FreeGradients.of(recipe.adversary());
        int shards = recipe.batches().shards();
        List<Integer> batch = List.of();
        List<ShardResult.Shard> next = List.of();
        while (update.state().steps() < steps
                && !recipe.patience()
                        .isOver(update.state().steps(), update.state().best())) {
            threads.tell(replica -> replica.setWeights(update.state().weights()));
            List<ShardResult> results;
            if (free.isFirst(update.state().steps())) {
                int number = free.batch(update.state().steps());
                batch = batch(number);
                results = run(number, batch, shards);
            } else {
                results = run(shards, next::get);
            }
            next = results.stream().flatMap(result -> result.next().stream()).toList();
            float[] gradient = mean(results);
            double norm = update.clip(gradient);
            double loss =
                    results.stream().mapToDouble(ShardResult::loss).average().orElseThrow();
            requireFinite(update.state().steps() + 1, loss, norm, batch);
            double rate = update.rate();
            update.apply(gradient);
            progress.add(results, loss);
            int taken = update.state().steps();
            if (recipe.patience().isAsked() && taken % recipe.patience().every() == 0) {
                progress.looked(look(update));
            }
            boolean last = taken == steps
                    || recipe.patience().isOver(taken, update.state().best());
            if (taken % setup.reportEvery() == 0 || last) {
                watch.accept(progress.report(taken, norm, rate));
            }
            if (free.isCheckpoint(taken, setup.checkpointEvery()) || last) {
                checkpoint.write(update.state(), belongs);
            }
        }
        return Trained.of(update.state(), tensors, belongs);
    }

    /**
     * Measures what the training will take: the first shards of the first step, one on each thread, twice, since
     * libtorch specialises in the first call. What they come to is thrown away.
     */
    StepAverages.Cost cost() {
        int shards = recipe.batches().shards();
        int atOnce = Math.min(setup.threads(), shards);
        List<Integer> batch = batch(0);
        double fastest = Double.POSITIVE_INFINITY;
        for (int turn = 0; turn < 2; turn++) {
            long start = System.nanoTime();
            run(0, batch, atOnce);
            fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
        }
        int turns = (shards + atOnce - 1) / atOnce;
        return new StepAverages.Cost(recipe.descent().steps(), recipe.batches().batch(), turns * fastest);
    }

    /**
     * The loss of the pictures that are kept from training, each square and attack the same at every look. The lowest
     * so far is remembered with its weights.
     */
    private double look(AdamW.WeightUpdate update) {
        Checkpoint.TrainingState state = update.state();
        threads.tell(replica -> replica.setWeights(state.average()));
        List<List<Integer>> shards =
                validation.shards(recipe.batches().shard(), recipe.patience().pictures());
        List<Future<Double>> running = new ArrayList<>();
        for (int shard = 0; shard < shards.size(); shard++) {
            int place = shard;
            running.add(threads.submit(shard, replica -> replica.loss(shard(LOOK, place, shards.get(place)))));
        }
        double loss = running.stream()
                .mapToDouble(Replica.ReplicaThreads::result)
                .average()
                .orElseThrow();
        if (state.best() == null || loss < state.best().loss()) {
            update.keep(new Validation.BestWeights(
                    loss, state.steps(), state.average().clone()));
        }
        return loss;
    }

    private float[] startingWeights() {
        try (TrainableEncoder encoder = start.openTrainable(setup.options())) {
            return encoder.weights();
        }
    }

    private List<Integer> batch(int number) {
        int size = recipe.batches().batch();
        return IntStream.range(0, size)
                .map(i -> validation.learnt()[shuffle.at((long) number * size + i)])
                .boxed()
                .toList();
    }

    /** Learns a batch for the first time. */
    private List<ShardResult> run(int number, List<Integer> batch, int shards) {
        int count = recipe.batches().shard();
        return run(shards, place -> shard(number, place, batch.subList(place * count, (place + 1) * count)));
    }

    /** @param shard by its place; asked for on the thread that runs it */
    private List<ShardResult> run(int shards, IntFunction<ShardResult.Shard> shard) {
        List<Future<ShardResult>> running = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            int place = i;
            running.add(threads.submit(place, replica -> replica.run(shard.apply(place))));
        }
        List<ShardResult> results = new ArrayList<>();
        for (Future<ShardResult> one : running) {
            results.add(Replica.ReplicaThreads.result(one));
        }
        return results;
    }

    private ShardResult.Shard shard(int step, int place, List<Integer> some) {
        int size = recipe.batches().size();
        int parentSize = recipe.batches().parentSize();
        float[] pixels = new float[some.size() * 3 * size * size];
        float[] parents = size == parentSize ? pixels : new float[some.size() * 3 * parentSize * parentSize];
        int[] labels = new int[some.size()];
        int perturbed = recipe.batches().perturbed();
        float[] versions = new float[recipe.batches().everyday() * 3 * size * size];
        for (int i = 0; i < labels.length; i++) {
            int slot = place * labels.length + i;
            Augmentation.Crop crop =
                    augmentation.crop(some.get(i), Seeds.random(recipe.seed(), Seeds.CROP, step, slot));
            crop.write(size, pixels, i);
            if (parents != pixels) {
                crop.write(parentSize, parents, i);
            }
            if (i >= perturbed) {
                everyday.of(crop, Seeds.random(recipe.seed(), Seeds.EVERYDAY, step, slot))
                        .write(size, versions, i - perturbed);
            }
            labels[i] = pictures.label(some.get(i));
        }
        if (recipe.variation().mixup() > 0) {
            Augmentation.Mixup pairs = Augmentation.Mixup.draw(
                    recipe.variation().mixup(),
                    perturbed,
                    labels.length,
                    i -> Seeds.random(recipe.seed(), Seeds.MIXUP, step, place * labels.length + i));
            float[] seen = pixels;
            pixels = pairs.of(seen, labels.length);
            parents = parents == seen ? pixels : pairs.of(parents, labels.length);
        }
        float[] attacked = Arrays.copyOf(pixels, pixels.length - versions.length);
        TrainingGoal.Adversary adversary = recipe.adversary()
                .ofShard(recipe.seed(), step, place, recipe.batches().shards());
        return new ShardResult.Shard(
                new ShardResult.Shard.Parents(parents, parentSize, parentSize),
                pixels,
                size,
                size,
                labels,
                versions,
                adversary,
                perturbed == 0 ? attacked : adversary.inner().start(adversary.threat(), attacked, perturbed));
    }

    /** The mean of the shards' gradients, added in their order. */
    private static float[] mean(List<ShardResult> results) {
        float[] sum = results.get(0).gradient();
        for (ShardResult result : results.subList(1, results.size())) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += result.gradient()[i];
            }
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= results.size();
        }
        return sum;
    }

    private void requireFinite(int step, double loss, double norm, List<Integer> batch) {
        if (Double.isFinite(loss) && Double.isFinite(norm)) {
            return;
        }
        List<String> names = batch.stream().map(pictures::name).toList();
        Optional<Path> good = Files.exists(checkpoint.file()) ? Optional.of(checkpoint.file()) : Optional.empty();
        throw new StepAverages.DivergedException(step, "loss %s, gradient %s".formatted(loss, norm), names, good);
    }

    @Override
    public void close() {
        threads.close();
    }
}

package io.bulwark.lab.train;

import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A training on disk, from which it goes on exactly: a safetensors file of weights and optimiser, with what they belong
 * to in its metadata. A reader sees the old file or the new one, never half of one.
 *
 * @param file of the last one
 */
record Checkpoint(Path file) {

    /** The name that a folder of checkpoints has for the last one. */
    static final String LAST = "last.safetensors";

    private static final String STEPS = "steps";
    private static final String BEST = "best";
    private static final String BEST_LOSS = "best loss";
    private static final String BEST_STEP = "best step";

    static Checkpoint in(Path folder) {
        return new Checkpoint(folder.resolve(LAST));
    }

    /**
     * Writes.
     *
     * @param belongs recipe, parent and pictures
     */
    void write(TrainingState state, Map<String, String> belongs) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        SafetensorsWriter writer = new SafetensorsWriter().metadata(STEPS, Integer.toString(state.steps()));
        belongs.forEach(writer::metadata);
        List<Long> shape = List.of((long) state.weights().length);
        writer.add("weights", shape, state.weights())
                .add("mean", shape, state.mean())
                .add("square", shape, state.square())
                .add("average", shape, state.average());
        if (state.best() != null) {
            writer.metadata(BEST_LOSS, Double.toString(state.best().loss()))
                    .metadata(BEST_STEP, Integer.toString(state.best().step()))
                    .add(BEST, shape, state.best().weights());
        }
        writer.write(file);
    }

    /**
     * Reads, if there is one.
     *
     * @throws IOException if the file cannot be read, or belongs to another training; the message names what differs
     */
    Optional<TrainingState> read(Map<String, String> belongs) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            Map<String, String> found = new TreeMap<>(stored.metadata());
            String steps = found.remove(STEPS);
            String loss = found.remove(BEST_LOSS);
            String step = found.remove(BEST_STEP);
            if (!found.equals(new TreeMap<>(belongs))) {
                throw new IOException("%s is of another training: it has %s, asked for is %s"
                        .formatted(file, difference(found, belongs), difference(belongs, found)));
            }
            return Optional.of(new TrainingState(
                    Integer.parseInt(steps),
                    stored.floats("weights"),
                    stored.floats("mean"),
                    stored.floats("square"),
                    stored.floats("average"),
                    loss == null
                            ? null
                            : new Validation.BestWeights(
                                    Double.parseDouble(loss), Integer.parseInt(step), stored.floats(BEST))));
        } catch (SafetensorsException | NumberFormatException e) {
            throw new IOException(file + " is no checkpoint: " + e.getMessage(), e);
        }
    }

    /**
     * What the training is that it belongs to.
     *
     * @throws IOException if there is none, or it cannot be read
     */
    Map<String, String> belongs() throws IOException {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            Map<String, String> belongs = new TreeMap<>(stored.metadata());
            belongs.keySet().removeAll(List.of(STEPS, BEST_LOSS, BEST_STEP));
            return belongs;
        } catch (SafetensorsException e) {
            throw new IOException(file + " is no checkpoint: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> difference(Map<String, String> of, Map<String, String> other) {
        Map<String, String> difference = new TreeMap<>(of);
        other.forEach(difference::remove);
        return difference;
    }

    /**
     * Everything that a training carries from step to step.
     *
     * @param steps taken
     * @param weights of the tuned encoder, in the order of its parameters; modified by training, as are the others
     * @param mean AdamW's running mean of gradients
     * @param square AdamW's running mean of their squares
     * @param average running average of the weights
     * @param best the best so far; null before the first look, or where training does not look for it
     */
    record TrainingState(
            int steps, float[] weights, float[] mean, float[] square, float[] average, Validation.BestWeights best) {

        public static TrainingState of(float[] weights) {
            return new TrainingState(
                    0, weights, new float[weights.length], new float[weights.length], weights.clone(), null);
        }

        TrainingState after(int moreSteps) {
            return new TrainingState(steps + moreSteps, weights, mean, square, average, best);
        }

        TrainingState withBest(Validation.BestWeights found) {
            return new TrainingState(steps, weights, mean, square, average, found);
        }
    }

    /**
     * Pictures that are kept from training to say when to stop: one name in twenty, decided by the SHA-256 of the name,
     * so that all squares of one file are on one side.
     *
     * @param learnt places in the set that are learnt from
     * @param kept places that are not
     */
    record Validation(int[] learnt, int[] kept) {

        private static final int EVERY = 20;

        /** All pictures are trained on where no early stop is asked for. */
        static Validation of(PictureSet pictures, Recipe recipe) {
            int[] all = IntStream.range(0, pictures.size()).toArray();
            if (!recipe.patience().isAsked()) {
                return new Validation(all, new int[0]);
            }
            int[] kept = IntStream.of(all).filter(i -> isKept(pictures.name(i))).toArray();
            int[] learnt =
                    IntStream.of(all).filter(i -> !isKept(pictures.name(i))).toArray();
            int shard = recipe.batches().shard();
            if (kept.length < shard || learnt.length == 0) {
                throw new IllegalArgumentException(
                        "of %d pictures %d are kept to say when to stop; needed are a shard of %d, and some to learn from"
                                .formatted(all.length, kept.length, shard));
            }
            return new Validation(learnt, kept);
        }

        private static boolean isKept(String name) {
            return Math.floorMod(Sha256.ofText(name).first(), EVERY) == 0;
        }

        /** As many whole shards as are wanted and there are, evenly spread. */
        List<List<Integer>> shards(int size, int wanted) {
            int count = Math.max(1, Math.min(wanted, kept.length) / size);
            List<List<Integer>> shards = new ArrayList<>();
            for (int shard = 0; shard < count; shard++) {
                int first = shard * size;
                shards.add(IntStream.range(first, first + size)
                        .map(i -> kept[(int) ((long) i * kept.length / (count * size))])
                        .boxed()
                        .toList());
            }
            return shards;
        }

        /**
         * The best that a training came to so far.
         *
         * @param loss of the pictures kept from training, perturbed
         * @param step after which
         * @param weights as they were then; not modified
         */
        record BestWeights(double loss, int step, float[] weights) {}
    }

    /**
     * Result of a training, or of a part of one.
     *
     * @param steps taken
     * @param weights all of the encoder's, one row: their running average where the recipe has one
     * @param tensors where each lies
     * @param provenance recipe, parent and pictures, line by line
     */
    record Trained(int steps, float[] weights, List<TensorPlace> tensors, Map<String, String> provenance) {

        /**
         * What the last checkpoint of a training holds, whether or not the training has ended.
         *
         * @param parent of that training
         * @param folder of its checkpoints
         * @throws IOException if there is no checkpoint, or it cannot be read
         */
        public static Trained at(Path folder, ModelPackage parent, EncoderOptions options) throws IOException {
            Checkpoint checkpoint = Checkpoint.in(folder);
            Map<String, String> belongs = checkpoint.belongs();
            Checkpoint.TrainingState state = checkpoint.read(belongs).orElseThrow();
            try (TrainableEncoder encoder = parent.openTrainable(options)) {
                return of(state, encoder.tensors(), belongs);
            }
        }

        /** The best weights where training looks for them, else the last. */
        static Trained of(Checkpoint.TrainingState state, List<TensorPlace> tensors, Map<String, String> belongs) {
            return state.best() == null
                    ? new Trained(state.steps(), state.average().clone(), tensors, belongs)
                    : new Trained(state.best().step(), state.best().weights(), tensors, belongs);
        }

        /** The same with another line of provenance. */
        public Trained with(String name, String line) {
            Map<String, String> lines = new TreeMap<>(provenance);
            lines.put(name, line);
            return new Trained(steps, weights, tensors, lines);
        }

        /** The model that it makes. */
        public TunedModel model(String name, ElementType type) {
            Map<String, String> lines = new TreeMap<>(provenance);
            lines.put("steps taken", Integer.toString(steps));
            return new TunedModel(name, weights, tensors, type, lines);
        }
    }
}

package io.bulwark.lab.train;

import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
}

package io.bulwark.lab.invert;

import io.bulwark.lab.invert.Inversion.InversionState;
import io.bulwark.perception.safetensors.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An inversion that is under way, on disk: a safetensors file of its state and of the pictures on the way, with what it
 * belongs to in its metadata. A reader sees the old file or the new one.
 *
 * @param file of the last state
 */
public record InversionFile(Path file) {

    private static final String STEP = "step";

    /**
     * What a run needs to go on.
     *
     * @param state the last one
     * @param way pictures on the way here, each {@code [count, 3, height, width]} in [0, 1]
     */
    public record Progress(InversionState state, List<float[]> way) {

        public Progress {
            way = List.copyOf(way);
        }
    }

    /**
     * Writes.
     *
     * @param belongs encoder, method, targets, start and seed
     * @throws IOException if it cannot be written
     */
    public void write(Progress progress, Map<String, String> belongs) throws IOException {
        InversionState state = progress.state();
        Files.createDirectories(file.toAbsolutePath().getParent());
        SafetensorsWriter writer = new SafetensorsWriter().metadata(STEP, Integer.toString(state.step()));
        belongs.forEach(writer::metadata);
        int count = state.scores().length;
        writer.add("pixels", List.of((long) count, 3L, (long) state.height(), (long) state.width()), state.pixels());
        writer.add("scores", List.of((long) count), state.scores());
        for (int i = 0; i < state.memory().length; i++) {
            writer.add("memory " + i, List.of((long) state.memory()[i].length), state.memory()[i]);
        }
        for (int i = 0; i < progress.way().size(); i++) {
            float[] picture = progress.way().get(i);
            writer.add("way %03d".formatted(i), List.of((long) picture.length), picture);
        }
        writer.write(file);
    }

    /**
     * Reads, if there is one.
     *
     * @throws IOException if the file cannot be read, or belongs to another inversion
     */
    public Optional<Progress> read(Map<String, String> belongs) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            Map<String, String> found = new TreeMap<>(stored.metadata());
            String step = found.remove(STEP);
            if (!found.equals(new TreeMap<>(belongs))) {
                throw new IOException(
                        "%s is of another inversion, %s, and asked for is %s: delete it, or name another folder"
                                .formatted(file, found, new TreeMap<>(belongs)));
            }
            return Optional.of(progress(stored, Integer.parseInt(step)));
        } catch (SafetensorsException | NumberFormatException e) {
            throw new IOException(file + " is no inversion: " + e.getMessage(), e);
        }
    }

    private static Progress progress(SafetensorsFile stored, int step) {
        List<Long> shape = stored.tensor("pixels").shape();
        List<float[]> memory = new ArrayList<>();
        List<float[]> way = new ArrayList<>();
        for (String name : new TreeMap<>(stored.tensors()).keySet()) {
            if (name.startsWith("memory ")) {
                memory.add(stored.floats(name));
            } else if (name.startsWith("way ")) {
                way.add(stored.floats(name));
            }
        }
        InversionState state = new InversionState(
                step,
                shape.get(2).intValue(),
                shape.get(3).intValue(),
                stored.floats("pixels"),
                stored.floats("scores"),
                memory.toArray(float[][]::new));
        return new Progress(state, way);
    }
}

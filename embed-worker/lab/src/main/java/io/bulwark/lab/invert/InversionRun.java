package io.bulwark.lab.invert;

import io.bulwark.cli.local.ResidentMemory;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.invert.Inversion.InversionState;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * An inversion with its cost said first, a bar, and a file that it goes on from where it was cut off. One thread.
 *
 * @param inversion what is done
 * @param start what it begins with
 * @param file of the last state
 */
public record InversionRun(Inversion inversion, InversionStart start, Path file) {

    private static final int SHOWN = 8;
    private static final int KEPT_EVERY = 20;

    /**
     * Runs it to its end, and deletes the file.
     *
     * @throws CommandFailure if the file cannot be written or is of another inversion
     */
    public Inverted run(Output output) {
        return run(false, output);
    }

    /**
     * The same, but the file stays and holds the result: the next run reads that and takes no step.
     *
     * @throws CommandFailure if the file cannot be written or is of another inversion
     */
    public Inverted runOnce(Output output) {
        return run(true, output);
    }

    private Inverted run(boolean kept, Output output) {
        try {
            return run(new InversionFile(file), kept, output);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private Inverted run(InversionFile file, boolean kept, Output output) throws IOException {
        long begun = System.nanoTime();
        Map<String, String> belongs = belongs();
        InversionFile.Progress progress =
                file.read(belongs).orElseGet(() -> new InversionFile.Progress(inversion.begin(start), List.of()));
        InversionState state = progress.state();
        List<float[]> way = new ArrayList<>(progress.way());
        List<Long> memory = new ArrayList<>();
        say(output, state);
        try (Progress bar = Progress.of("inverting", inversion.steps(), output)) {
            bar.stepBy(state.step());
            while (state.step() < inversion.steps()) {
                if (isShown(state.step(), way.size())) {
                    way.add(inversion.pictures(state));
                    resident().ifPresent(memory::add);
                }
                if (state.step() % KEPT_EVERY == 0
                        && state.step() > progress.state().step()) {
                    file.write(new InversionFile.Progress(state, way), belongs);
                }
                state = inversion.step(state);
                bar.step();
            }
        }
        float[] pictures = inversion.pictures(state);
        way.add(pictures);
        resident().ifPresent(memory::add);
        if (!kept) {
            Files.deleteIfExists(this.file);
        } else if (state.step() > progress.state().step()) {
            file.write(new InversionFile.Progress(state, List.of()), belongs);
        }
        return new Inverted(pictures, inversion.scores(pictures), way, memory, (System.nanoTime() - begun) / 1e9);
    }

    private static OptionalLong resident() {
        return ResidentMemory.of(ProcessHandle.current().pid());
    }

    private void say(Output output, InversionState state) {
        if (state.step() == inversion.steps()) {
            output.note("taken from " + file);
            return;
        }
        if (state.step() > 0) {
            output.note("goes on from step %d of %d".formatted(state.step(), inversion.steps()));
            return;
        }
        Duration cost = inversion.cost(state);
        output.note(String.format(
                Locale.ROOT,
                "%s: %d pictures of %dx%d, %s: about %.0f s on this machine now",
                inversion.encoder().description().name(),
                inversion.targets().size(),
                inversion.width(),
                inversion.height(),
                inversion.method().describe(),
                Math.ceil(cost.toMillis() / 1e3)));
    }

    /** The start, and more at even distances. */
    private boolean isShown(int step, int shown) {
        return shown < SHOWN - 1 && step >= (long) inversion.steps() * shown / (SHOWN - 1);
    }

    private Map<String, String> belongs() {
        Map<String, String> belongs = new TreeMap<>();
        belongs.put("encoder", inversion.encoder().description().fingerprint());
        belongs.put("method", inversion.method().describe());
        belongs.put("size", inversion.height() + "x" + inversion.width());
        belongs.put("seed", Long.toString(inversion.seed()));
        belongs.put("start", hash(List.of(start.pixels(1, inversion.height(), inversion.width(), inversion.seed()))));
        belongs.put(
                "targets",
                hash(inversion.targets().stream()
                        .map(InversionTarget::direction)
                        .toList()));
        return belongs;
    }

    private static String hash(List<float[]> rows) {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.stream().mapToInt(row -> row.length).sum() * Float.BYTES);
        rows.forEach(row -> {
            for (float value : row) {
                bytes.putFloat(value);
            }
        });
        return Sha256.digest(bytes.array()).hex();
    }

    /**
     * The result of an inversion.
     *
     * @param pictures {@code [count, 3, height, width]} in [0, 1]
     * @param scores {@code [count]} of these: with targets of length 1, cosines
     * @param way pictures on the way, the start first and the last as in {@code pictures}, each of the same shape
     * @param memory bytes of this process in RAM when each of the way was taken now; empty where the system does not
     *     tell
     * @param seconds that it took now
     */
    public record Inverted(float[] pictures, float[] scores, List<float[]> way, List<Long> memory, double seconds) {}

    /**
     * An inversion that is under way, on disk: a safetensors file of its state and of the pictures on the way, with
     * what it belongs to in its metadata. A reader sees the old file or the new one.
     *
     * @param file of the last state
     */
    record InversionFile(Path file) {

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
            writer.add(
                    "pixels", List.of((long) count, 3L, (long) state.height(), (long) state.width()), state.pixels());
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
}

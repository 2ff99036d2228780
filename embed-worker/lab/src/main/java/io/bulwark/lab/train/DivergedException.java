package io.bulwark.lab.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Training met a loss or gradient that is no finite number, and stopped before it touched the weights. */
public final class DivergedException extends RuntimeException {

    private final int step;
    private final List<String> files;
    private final transient Path checkpoint;

    public DivergedException(int step, String what, List<String> files, Optional<Path> checkpoint) {
        super("step %d: %s; its batch is %s; the last good checkpoint is %s"
                .formatted(step, what, files, checkpoint.map(Path::toString).orElse("none yet")));
        this.step = step;
        this.files = List.copyOf(files);
        this.checkpoint = checkpoint.orElse(null);
    }

    /** The step, counted from 1, that was not taken. */
    public int step() {
        return step;
    }

    /** Names of the batch's pictures or triplets. */
    public List<String> files() {
        return files;
    }

    /** The last good checkpoint, where there is one. */
    public Optional<Path> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }
}

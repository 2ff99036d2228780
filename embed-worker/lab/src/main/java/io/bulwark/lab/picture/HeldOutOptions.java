package io.bulwark.lab.picture;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which pictures are never trained on: {@code @Mixin HeldOutOptions heldOut}. */
public final class HeldOutOptions {

    @Option(
            names = "--exclude",
            paramLabel = "FILE",
            description = "A text file of endings of paths, one a line, that are left out.")
    private Path exclude;

    @Option(
            names = "--held-out-every",
            description =
                    "Keep one file in N for evaluation: files whose SHA-256 begins with a multiple of N; 0 keeps none.")
    private int every = 5;

    /** The split between training and evaluation. */
    public HeldOutSplit split() {
        try {
            return new HeldOutSplit(every);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--held-out-every: " + e.getMessage());
        }
    }

    /** Endings of paths that are left out. */
    public List<String> excluded() {
        try {
            return exclude == null ? List.of() : PictureFiles.endings(exclude);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }
}

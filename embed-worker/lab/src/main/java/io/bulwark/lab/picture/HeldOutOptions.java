package io.bulwark.lab.picture;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
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
        return CommandFailure.orUsage("--held-out-every", () -> new HeldOutSplit(every));
    }

    /** Endings of paths that are left out. */
    public List<String> excluded() {
        try {
            return exclude == null ? List.of() : PictureFiles.endings(exclude);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    /**
     * Which files are kept for evaluation and never trained on. A file's own bytes decide: the answer is the same
     * wherever the file lies and whatever it is called, and copies of one file fall on the same side.
     *
     * @param every the N of one held-out file in N; 0 holds none out
     */
    public record HeldOutSplit(int every) {

        public HeldOutSplit {
            if (every < 0 || every == 1) {
                throw new IllegalArgumentException(
                        "one file in %d cannot be held out; allowed are 0 (none) and 2 and more".formatted(every));
            }
        }

        /**
         * Whether the file is for evaluation: the first four bytes of its SHA-256, read as a number, are a multiple.
         */
        public boolean holdsOut(byte[] file) {
            if (every == 0) {
                return false;
            }
            return (Sha256.digest(file).first() >>> 32) % every == 0;
        }

        /** As {@link #holdsOut(byte[])}, of a file on disk. */
        public boolean holdsOut(Path file) throws IOException {
            return every != 0 && holdsOut(Files.readAllBytes(file));
        }
    }
}

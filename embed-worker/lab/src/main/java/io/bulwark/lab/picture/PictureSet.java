package io.bulwark.lab.picture;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Decoded pictures of one square size. Immutable; any thread. */
public interface PictureSet extends AutoCloseable {

    /** How many there are. */
    int size();

    /** Height and width in pixels. */
    int side();

    /** Where a picture comes from: a path, or a number in its file. */
    String name(int index);

    /** The number of its class among {@link #classes()}. */
    int label(int index);

    /** Names of the classes. */
    List<String> classes();

    /**
     * Reads a picture.
     *
     * @param pixels {@code [side, side, 3]} unsigned bytes, RGB; filled
     */
    void read(int index, byte[] pixels);

    /**
     * SHA-256 of what the set is made of: two sets of the same fingerprint hold the same pictures in the same order.
     */
    String fingerprint();

    @Override
    void close();

    /** Which pictures are never trained on: {@code @Mixin HeldOutOptions heldOut}. */
    final class HeldOutOptions {

        @Option(
                names = "--exclude",
                paramLabel = "FILE",
                description = "A text file of endings of paths, one a line, that are left out.")
        private Path exclude;

        @Option(
                names = "--held-out-every",
                description = "Keep one file in N for evaluation: files whose SHA-256 begins with a multiple of N; 0"
                        + " keeps none.")
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
             * Whether the file is for evaluation: the first four bytes of its SHA-256, read as a number, are a
             * multiple.
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
}

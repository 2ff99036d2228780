package io.bulwark.lab.picture;

import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which files are kept for evaluation and never trained on. A file's own bytes decide: the answer is the same wherever
 * the file lies and whatever it is called, and copies of one file fall on the same side.
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

    /** Whether the file is for evaluation: the first four bytes of its SHA-256, read as a number, are a multiple. */
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

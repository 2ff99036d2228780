package io.bulwark.lab.evaluate.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that a user put under a label.
 *
 * @param file where it lies
 * @param label what it shows
 * @param flagged whether that label is to be flagged
 * @param sha256 of its bytes, lower-case hexadecimal
 */
public record LabelledFile(Path file, String label, boolean flagged, String sha256) {

    /**
     * What it holds.
     *
     * @throws UncheckedIOException if it cannot be read any more
     */
    public byte[] bytes() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e, e);
        }
    }

    /**
     * A number that the hash stands for, evenly spread over [0, 1).
     *
     * @param part which 64 of the hash's bits: 0 to 3, each independent of the others
     */
    double fraction(int part) {
        return (Long.parseUnsignedLong(sha256.substring(16 * part, 16 * part + 16), 16) >>> 11) * 0x1.0p-53;
    }
}

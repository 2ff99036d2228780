package io.bulwark.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command line names. */
public final class InputFile {

    private InputFile() {}

    /**
     * All bytes of a file.
     *
     * @throws CommandFailure if it cannot be read; the message names it
     */
    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
        }
    }
}

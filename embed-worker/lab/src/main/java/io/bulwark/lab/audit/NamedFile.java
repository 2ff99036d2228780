package io.bulwark.lab.audit;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file whose SHA-256 says, before anybody looks at it, whether it calibrates or tests.
 *
 * @param path where it lies
 * @param sha256 of its bytes
 */
record NamedFile(Path path, Sha256 sha256) {

    /** @throws CommandFailure if one cannot be read */
    static List<NamedFile> all(List<Path> files) {
        return files.stream()
                .map(file -> new NamedFile(file, Sha256.digest(InputFile.bytes(file))))
                .toList();
    }

    byte[] bytes() {
        return InputFile.bytes(path);
    }

    boolean calibrates() {
        return Integer.parseInt(sha256.hex().substring(0, 4), 16) < 0x8000;
    }

    /**
     * Writes which file calibrates and which tests.
     *
     * @throws CommandFailure if that cannot be written
     */
    static void write(List<NamedFile> files, Path names) {
        List<String> lines = files.stream()
                .map(file -> (file.calibrates() ? "calibrate " : "test ")
                        + file.sha256().hex() + " " + file.path())
                .toList();
        try {
            if (names.getParent() != null) {
                Files.createDirectories(names.getParent());
            }
            Files.write(names, lines);
        } catch (IOException unwritable) {
            throw CommandFailure.failed(names + " cannot be written: " + unwritable, unwritable);
        }
    }
}

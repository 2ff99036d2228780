package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/** Secrets of a local node, drawn once and kept with its data where only its owner reads them. */
final class LocalSecrets {

    private static final int BYTES = 32;

    private final Path preview;
    private final Path evidence;

    private LocalSecrets(Path preview, Path evidence) {
        this.preview = preview;
        this.evidence = evidence;
    }

    /**
     * Those of a data folder; drawn where they are missing.
     *
     * @throws CommandFailure if they cannot be written
     */
    static LocalSecrets in(Path data) {
        return new LocalSecrets(
                drawn(data.resolve("preview-secret"), ""), drawn(data.resolve("evidence-keys"), "local:"));
    }

    /** What the preview has to know of them. */
    Map<String, String> ofPreview() {
        return Map.of("bulwark.preview.secret-file", preview.toString());
    }

    /** What moderation-stream has to know of them. */
    Map<String, String> ofStream() {
        return Map.of(
                "bulwark.preview.secret-file", preview.toString(),
                "bulwark.review.evidence.key-file", evidence.toString());
    }

    private static Path drawn(Path file, String before) {
        if (Files.exists(file)) {
            return file;
        }
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, before + HexFormat.of().formatHex(secret) + "\n");
        } catch (IOException unwritable) {
            throw CommandFailure.failed("the secret " + file + " cannot be written: " + unwritable, unwritable);
        }
    }
}

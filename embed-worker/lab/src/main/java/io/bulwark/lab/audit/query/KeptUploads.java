package io.bulwark.lab.audit.query;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.upload.FileModerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What attacks came to, as files that can be given to a worker.
 *
 * @param folder for them; made where it is missing
 */
record KeptUploads(Path folder) {

    /** Digits of a file's SHA-256 that its names begin with. */
    private static final int DIGITS = 12;

    /**
     * Writes a picture as it was attacked, {@code 0123456789ab-original} with the ending of its format, and an upload,
     * {@code 0123456789ab-square-with-review.png}.
     *
     * @param index whether the moderator has the picture as an entry
     * @param moderator whose decision about the very file is in its name
     * @throws CommandFailure if one cannot be written
     */
    void write(
            QueryRun.Flagged picture, QueryKind kind, boolean index, UprightPicture upload, FileModerator moderator) {
        String start = picture.sha256().hex().substring(0, DIGITS);
        byte[] file = new UploadFormat.Png().encode(upload);
        String decision = moderator
                .decide(file)
                .map(judgement -> judgement.outcome().name().toLowerCase(Locale.ROOT))
                .orElse("refused");
        write(
                "%s-original.%s"
                        .formatted(start, ImageFormat.sniff(picture.file()).title()),
                picture.file());
        write("%s-%s-%s-%s.png".formatted(start, kind, index ? "with" : "without", decision), file);
    }

    private void write(String name, byte[] bytes) {
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(folder);
            Files.write(file, bytes);
        } catch (IOException unwritable) {
            throw CommandFailure.failed(file + " cannot be written: " + unwritable, unwritable);
        }
    }
}

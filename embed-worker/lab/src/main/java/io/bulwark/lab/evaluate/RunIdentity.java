package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.PictureSource.Distorted;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeSet;

/** What a ledger's answers depend on, in one line. */
public final class RunIdentity {

    private RunIdentity() {}

    /**
     * The encoder, the task with the bytes of the pictures that are attacked, the track, and the attack with its seed.
     *
     * @throws UncheckedIOException if a picture cannot be read
     */
    public static String of(EncoderDescription encoder, Task task, Track track, Attack attack) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(task.canonical().getBytes(StandardCharsets.UTF_8));
        TreeSet<Path> files = new TreeSet<>();
        task.pictures().forEach(picture -> files.add(file(picture)));
        try {
            for (Path file : files) {
                digest.update(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a picture of the task cannot be read", e);
        }
        return "encoder %s, task %s %s, track %s, attack %s"
                .formatted(
                        encoder.fingerprint(),
                        task.name(),
                        HexFormat.of().formatHex(digest.digest()),
                        track.label(),
                        attack);
    }

    private static Path file(PictureSource source) {
        return source instanceof Distorted distorted ? distorted.original().file() : ((PictureFile) source).file();
    }
}

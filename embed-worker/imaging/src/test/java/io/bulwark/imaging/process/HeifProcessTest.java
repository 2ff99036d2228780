package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.heif.HeifFiles;
import io.bulwark.imaging.heif.InstalledHeif;
import io.bulwark.imaging.isolation.Isolation;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command of HEIC and AVIF under the limits of a decoder process. */
@Timeout(120)
class HeifProcessTest {

    private final ConcurrentLinkedQueue<String> deaths = new ConcurrentLinkedQueue<>();

    @TempDir
    Path folder;

    private static ReaderSettings settings(HeifCommand command) {
        return new ReaderSettings(
                DecodeLimits.standard().withMemoryBytes(64 << 20),
                JpegReduction.none(),
                command,
                PreprocessSpec.unit(64, Interpolation.BILINEAR),
                null,
                ViewPolicy.COVER,
                ModerationOptions.standard());
    }

    private DecoderPool pool(ReaderSettings settings, Duration deadline, Isolation isolation) {
        ProcessLimits limits =
                ProcessLimits.of(1, settings.limits(), 1 << 20, deadline).isolatedBy(isolation);
        DecoderPool pool = new DecoderPool(settings, limits, deaths::add);
        pool.start();
        return pool;
    }

    @Test
    void aProcessDecodesAsThisOneDoes() {
        ReaderSettings settings = settings(InstalledHeif.command());
        LocalPictureReader here = new LocalPictureReader(settings);
        try (DecoderPool pool = pool(settings, Duration.ofSeconds(15), Isolation.PREFER)) {
            for (String name : List.of("grid.heic", "turned.heic", "alpha.avif")) {
                byte[] file = HeifFiles.file(name);
                PictureRead.Seen seen = (PictureRead.Seen) pool.read(file, true);
                PictureRead.Seen wanted = (PictureRead.Seen) here.read(file, true);

                assertThat(seen.hashes()).isEqualTo(wanted.hashes());
                assertThat(seen.views().get(0).pixels())
                        .isEqualTo(wanted.views().get(0).pixels());
            }
        }
        assertThat(deaths).isEmpty();
    }

    @Test
    void aCommandThatHangsEndsWithItsProcess() throws IOException {
        assumeThat(Path.of("/usr/bin/setpriv")).exists();
        Path told = folder.resolve("pid");
        Path script = Files.writeString(
                folder.resolve("heif-dec"),
                "#!/bin/sh\necho $$ > " + folder + "/new && mv " + folder + "/new " + told + "\nexec sleep 1000\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));

        // The script runs commands and writes outside, which isolation would not let it.
        ReaderSettings settings = settings(new HeifCommand(script.toString(), List.of()));
        try (DecoderPool pool = pool(settings, Duration.ofSeconds(5), Isolation.NONE)) {
            assertThat(pool.read(HeifFiles.file("lossless.avif"), false)).isInstanceOf(PictureRead.Overdue.class);
        }

        long pid = Long.parseLong(Files.readString(told).strip());
        ProcessHandle.of(pid).ifPresent(command -> command.onExit().join());
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }
}

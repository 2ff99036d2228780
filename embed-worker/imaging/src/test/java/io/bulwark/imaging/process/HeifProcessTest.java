package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.heif.HeifFiles;
import io.bulwark.imaging.heif.InstalledHeif;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command of HEIC and AVIF under the limits of a decoder process. */
@Timeout(120)
class HeifProcessTest {

    private static final byte[] HEIF = HeifFiles.file("lossless.avif");

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

    /** A pool of two processes that files may take over, on a machine with a given lack. */
    private DecoderPool hostilePool(ReaderSettings settings, LongFunction<Optional<String>> lack) {
        ProcessLimits limits = ProcessLimits.of(2, settings.limits(), 1 << 20, Duration.ofSeconds(15))
                .isolatedBy(Isolation.NONE);
        DecoderPool pool =
                new DecoderPool(settings, limits, HostileProgram.class, deaths::add, new HeifMachine(settings, lack));
        pool.start();
        return pool;
    }

    private static LongFunction<Optional<String>> needs(LongSupplier free) {
        return bytes -> bytes <= free.getAsLong() ? Optional.empty() : Optional.of("java.io.tmpdir is full");
    }

    /** A program that prints its options, and else makes of any file the picture of {@code lossless.avif}. */
    private HeifCommand standIn() throws IOException {
        Path picture = folder.resolve("picture.png");
        ImageIO.write(new BufferedImage(96, 64, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        return script("cp " + picture + " \"$2\"");
    }

    private HeifCommand script(String commands) throws IOException {
        Path script = Files.writeString(
                folder.resolve("heif-dec"),
                "#!/bin/sh\nif [ \"$1\" = --help ]; then echo Usage: heif-dec; exit; fi\n" + commands + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return new HeifCommand(script.toString(), List.of());
    }

    @Test
    void aFileWaitsWhileItsCommandIsGoneAndReadinessSaysSo() throws IOException {
        HeifCommand command = standIn();
        Path program = Path.of(command.program());
        try (DecoderPool pool = pool(settings(command), Duration.ofSeconds(15), Isolation.NONE)) {
            Path away = Files.move(program, folder.resolve("away"));
            assertPutOff(pool, "bulwark.decode.heif-command");
            assertThat(pool.read(HostileImages.png(64, 64), false))
                    .as("others are read")
                    .isInstanceOf(PictureRead.Seen.class);

            Files.move(away, program);
            assertThat(pool.lack()).isEmpty();
            assertThat(pool.read(HEIF, false)).isInstanceOf(PictureRead.Seen.class);
        }
        assertThat(deaths).isEmpty();
    }

    @Test
    void aFileWaitsWhileTheTemporaryFolderCannotBeUsed() throws IOException {
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        String before = System.setProperty("java.io.tmpdir", scratch.toString());
        try (DecoderPool pool = pool(settings(standIn()), Duration.ofSeconds(15), Isolation.NONE)) {
            Path away = Files.move(scratch, folder.resolve("scratch-away"));
            assertPutOff(pool, "java.io.tmpdir");

            Files.move(away, scratch);
            assertThat(pool.lack()).isEmpty();
            assertThat(pool.read(HEIF, false)).isInstanceOf(PictureRead.Seen.class);
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
    }

    private static void assertPutOff(DecoderPool pool, String setting) {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pool.read(HEIF, false))
                    .isInstanceOf(ReaderUnavailableException.class)
                    .hasMessageContaining(setting);
        }
        assertThat(pool.lack()).hasValueSatisfying(what -> assertThat(what).contains(setting));
    }

    /** A command that a full folder stops says nothing of that, and ends as if the file were corrupt. */
    @Test
    void aFileWaitsWhileTheTemporaryFolderIsFull() throws IOException {
        AtomicLong free = new AtomicLong(1 << 20);
        ReaderSettings settings = settings(script("exit 1"));
        try (DecoderPool pool = hostilePool(settings, needs(free::get))) {
            assertPutOff(pool, "java.io.tmpdir");

            free.set(1L << 40);
            assertThat(pool.lack()).isEmpty();
            assertThat(pool.read(HEIF, false)).as("its own fault").isInstanceOf(PictureRead.Refused.class);
        }
    }

    /** While others fill the folder a file may fail; it is read again without them before it is judged. */
    @Test
    void aFileThatFailsBesideOthersIsReadAlone() throws IOException {
        Path asked = folder.resolve("asked");
        ReaderSettings settings = settings(script("echo >> " + asked + "; exit 1"));
        long forOne = HeifCommand.room(settings.limits()) + HEIF.length;
        try (DecoderPool pool = hostilePool(settings, needs(() -> forOne))) {
            assertThat(pool.read(HEIF, false)).isInstanceOf(PictureRead.Refused.class);
            assertThat(pool.lack()).isEmpty();
        }
        assertThat(Files.readAllLines(asked)).hasSize(2);
    }

    /** Else one file would be read again for ever, and block what waits behind it. */
    @Test
    void whatAFileSaysOfTheMachineIsNotBelieved() throws IOException {
        ReaderSettings settings = settings(script("exit 127"));
        try (DecoderPool pool = hostilePool(settings, settings.heif()::lack)) {
            assertThat(pool.read(HostileProgram.heic("do blame"), false)).isInstanceOf(PictureRead.Broken.class);
            assertThat(pool.read(HostileProgram.heic("do halt"), false)).isInstanceOf(PictureRead.Deadly.class);
            assertThat(pool.read(HEIF, false))
                    .as("a command that ends as if it were missing")
                    .isInstanceOf(PictureRead.Broken.class);
            assertThat(pool.lack()).isEmpty();
        }
    }

    @Test
    void aProcessDecodesAsThisOneDoes() {
        ReaderSettings settings = settings(InstalledHeif.command());
        DecoderProcess.LocalReader here = new DecoderProcess.LocalReader(settings);
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

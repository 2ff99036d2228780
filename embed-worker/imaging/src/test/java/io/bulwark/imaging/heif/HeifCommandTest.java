package io.bulwark.imaging.heif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.heif.HeifCommand.Confined;
import io.bulwark.imaging.jpeg.JpegReduction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which program is found, and what a hostile one may do; shell scripts stand in for it. */
class HeifCommandTest {

    private static final String HELP =
            "if [ \"$1\" = --help ]; then echo Usage: heif-dec --png-compression-level; exit; fi; ";

    @TempDir
    Path folder;

    private Path script(String name, String commands) throws IOException {
        Path script = folder.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + commands + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void autoTakesTheNewNameFirstAndPassesOverWhatDoesNotWork() throws IOException {
        Path old = script("heif-convert", "echo USAGE: heif-convert >&2; exit 1");
        assertThat(HeifCommand.of("auto", "/nowhere:" + folder)).isEqualTo(new HeifCommand(old.toString(), List.of()));

        Path broken = script("heif-dec", "echo libheif.so.1 is missing; exit 127");
        assertThat(HeifCommand.of("auto", folder.toString())).isEqualTo(new HeifCommand(old.toString(), List.of()));

        Files.delete(broken);
        Path recent = script("heif-dec", HELP);
        assertThat(HeifCommand.of("auto", folder.toString()))
                .isEqualTo(new HeifCommand(recent.toString(), List.of("--png-compression-level", "1")));
    }

    @Test
    void autoWithoutAProgramAndNoneAreNone() {
        assertThat(HeifCommand.of("auto", folder.toString()).isNone()).isTrue();
        assertThat(HeifCommand.of("auto", "").isNone()).isTrue();
        assertThat(HeifCommand.of("none").isNone()).isTrue();
    }

    @Test
    void aNamedProgramHasToBeThereAndToBeTheRightOne() throws IOException {
        Path mine = script("mine", HELP);
        assertThat(HeifCommand.of("mine", folder.toString()).program()).isEqualTo(mine.toString());
        assertThat(HeifCommand.of(mine.toString(), "").program()).isEqualTo(mine.toString());

        assertThatThrownBy(() -> HeifCommand.of("other", folder.toString()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("bulwark.decode.heif-command is other", "no such program", "libheif-examples");
        Path other = script("other", "echo I am a teapot");
        assertThatThrownBy(() -> HeifCommand.of(other.toString(), ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has to be libheif's");
    }

    /** Taken for none, its files would be refused for as long as the process runs. */
    @Test
    void aProgramThatCannotBeTriedForWantOfATemporaryFolderIsNotTakenForNone() throws IOException {
        script("heif-dec", HELP);
        String before =
                System.setProperty("java.io.tmpdir", folder.resolve("gone").toString());
        try {
            assertThatThrownBy(() -> HeifCommand.of("auto", folder.toString()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("bulwark.decode.heif-command", "java.io.tmpdir", "to none");
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
    }

    @Test
    void whatTheMachineLacksIsNamedWithWhatToDo() throws IOException {
        Path program = script("heif-dec", HELP);
        HeifCommand command = HeifCommand.of(program.toString());
        assertThat(command.lack(1)).isEmpty();
        assertThat(HeifCommand.none().lack(Long.MAX_VALUE)).isEmpty();

        script("heif-dec", "echo libheif.so.1 is missing >&2; exit 127");
        assertLacks(command, "does not print its options", "libraries");
        Files.delete(program);
        assertLacks(command, "is not there any more", "libheif-examples");
    }

    private static void assertLacks(HeifCommand command, String... words) {
        assertThat(command.lack(1))
                .hasValueSatisfying(what ->
                        assertThat(what).contains("bulwark.decode.heif-command").contains(words));
    }

    /** A small folder is not at fault for being small, or one file of a hostile client would keep all waiting. */
    @Test
    void aFolderLacksRoomWhereOthersHaveTakenIt() {
        long mega = 1 << 20;
        assertThat(HeifCommand.shortage(400 * mega, 399 * mega, 4_000 * mega))
                .hasValueSatisfying(what -> assertThat(what).contains("399 MB left", "400 MB", "java.io.tmpdir"));
        assertThat(HeifCommand.shortage(400 * mega, 400 * mega, 4_000 * mega)).isEmpty();
        assertThat(HeifCommand.shortage(400 * mega, 60 * mega, 100 * mega)).isEmpty();
        assertThat(HeifCommand.shortage(400 * mega, 40 * mega, 100 * mega)).isPresent();
        assertThat(HeifCommand.shortage(400 * mega, 0, 0)).as("it does not say").isEmpty();
    }

    @Test
    void aFileTakesNoMoreRoomThanItsLimitsAllow() {
        DecodeLimits limits = DecodeLimits.forHeap(1L << 40);
        assertThat(HeifCommand.room(limits.withMaxPixels(1_000))).isEqualTo(9_000 + (4 << 20));
        assertThat(HeifCommand.room(limits.withMemoryBytes(50_000))).isEqualTo(50_000 + (4 << 20));
        assertThat(HeifCommand.room(limits.withMaxPixels(Long.MAX_VALUE))).isEqualTo(limits.memoryBytes() + (4 << 20));
    }

    @Test
    void theProgramSeesNothingOfOurEnvironment() throws IOException {
        Path told = folder.resolve("told");
        int exitCode = new Confined(5, 1 << 20, Duration.ofSeconds(20)).run(List.of("/bin/sh", "-c", "env"), told);

        assertThat(exitCode).isZero();
        assertThat(Files.readAllLines(told))
                .allMatch(line -> line.matches("(PATH|LANG|MALLOC_ARENA_MAX|PWD|OLDPWD|SHLVL|_)=.*"));
    }

    @Test
    void aProgramThatWritesWithoutEndIsStopped() throws IOException {
        assertRefused(script("flood", "exec cat /dev/zero > \"$2\""), "exit code");
    }

    @Test
    void aProgramThatComputesWithoutEndIsStopped() throws IOException {
        int exitCode = new Confined(1, 1 << 20, Duration.ofSeconds(60))
                .run(List.of("/bin/sh", "-c", "while :; do :; done"), Path.of("/dev/null"));

        assertThat(exitCode).as("killed by a signal").isGreaterThan(128);
    }

    @Test
    void aProgramThatWaitsWithoutEndIsStopped() throws IOException {
        int exitCode = new Confined(60, 1 << 20, Duration.ofMillis(50))
                .run(List.of("/bin/sh", "-c", "exec sleep 1000"), Path.of("/dev/null"));

        assertThat(exitCode).isEqualTo(137);
    }

    /** A pod that was stopped for ten minutes (SIGSTOP) goes on with the program that it had started. */
    @Test
    void aProgramThatWasStoppedWithItsCallerIsNotLate() throws Exception {
        assertThat(Confined.ends(new EndsAtLook(2), Duration.ofSeconds(60))).isTrue();
        assertThat(Confined.ends(new EndsAtLook(61), Duration.ofSeconds(60))).isFalse();
    }

    /** Of each wait all time passes without an end, however long it is, but for the last. */
    private static final class EndsAtLook extends Process {

        private int left;

        EndsAtLook(int look) {
            this.left = look;
        }

        @Override
        public boolean waitFor(long timeout, TimeUnit unit) {
            return --left == 0;
        }

        @Override
        public int waitFor() {
            return 0;
        }

        @Override
        public int exitValue() {
            return 0;
        }

        @Override
        public void destroy() {
            // It ends by itself.
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public InputStream getErrorStream() {
            return InputStream.nullInputStream();
        }
    }

    @Test
    void whatAProgramWritesIsNotBelieved() throws IOException {
        assertRefused(script("fails", "echo no > \"$2\"; exit 3"), "exit code 3");
        assertRefused(script("nothing", "exit 0"), "exit code 0");
        assertRefused(script("short", "echo no > \"$2\""), "no PNG");
        assertRefused(script("text", "head -c 2000 /dev/zero | tr '\\0' A > \"$2\""), "more pixels than it says");
        assertRefused(script("folder", "mkdir \"$2\""), "exit code 0");
    }

    @Test
    void aProgramThatHasGoneIsNoFaultOfTheFile() throws IOException {
        HeifCommand gone = new HeifCommand(folder.resolve("gone").toString(), List.of());
        StandardImageDecoder decoder = decoder(gone);
        byte[] file = HeifFiles.file("lossless.avif");

        assertThatThrownBy(() -> decoder.decode(file)).isInstanceOf(UncheckedIOException.class);
    }

    private static void assertRefused(Path program, String words) {
        DecodeResult result =
                decoder(new HeifCommand(program.toString(), List.of())).decode(HeifFiles.file("lossless.avif"));

        assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.refusal()).isEqualTo(Refusal.CORRUPT_IMAGE);
            assertThat(refused.detail()).contains(words);
        });
    }

    private static StandardImageDecoder decoder(HeifCommand command) {
        return new StandardImageDecoder(DecodeLimits.standard(), JpegReduction.none(), command);
    }
}

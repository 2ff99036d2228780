package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.heif.HeifFiles;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long processes live, and who is to blame for their end. */
@Timeout(120)
class DecoderLivesTest {

    private static final byte[] JPEG = HostileImages.jpeg(60, 45);
    private static final byte[] PNG = HostileImages.png(60, 45);

    @TempDir
    Path folder;

    private final ConcurrentLinkedQueue<String> deaths = new ConcurrentLinkedQueue<>();
    private DecoderPool pool;

    @AfterEach
    void close() {
        pool.close();
    }

    private void pool(int processes, Duration deadline, int nativeFiles) {
        ReaderSettings settings = new ReaderSettings(
                DecodeLimits.standard().withMemoryBytes(64 << 20),
                JpegReduction.none(),
                HeifCommand.none(),
                PreprocessSpec.unit(64, Interpolation.BILINEAR),
                null,
                ViewPolicy.COVER,
                ModerationOptions.standard());
        // The program runs commands and leaves files behind, which isolation would not let it.
        ProcessLimits limits = ProcessLimits.of(processes, settings.limits(), 1 << 20, deadline)
                .isolatedBy(Isolation.NONE)
                .replacedAfter(nativeFiles);
        pool = new DecoderPool(settings, limits, HostileProgram.class, deaths::add, new HeifMachine(settings));
        pool.start();
    }

    private PictureRead order(String text) {
        return pool.read(("do " + text).getBytes(StandardCharsets.ISO_8859_1), false);
    }

    @Test
    void aFileThatGotNoTimeOfACpuIsWaitedFor() {
        pool(1, Duration.ofSeconds(1), 400);
        assertThat(order("rest 1500")).isEqualTo(new PictureRead.Broken("obeyed"));
        assertThat(deaths).isEmpty();
    }

    @Test
    void butNotForEver() {
        pool(1, Duration.ofMillis(300), 400);
        long begin = System.nanoTime();
        assertThat(order("rest 100000")).isEqualTo(new PictureRead.Overdue(Duration.ofMillis(300)));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(600));
    }

    @Test
    void aFileWhoseProcessesWereKilledFromOutsideIsTriedAlone() {
        pool(3, Duration.ofSeconds(15), 400);
        assertThat(order("kill " + folder + " 2")).isEqualTo(new PictureRead.Broken("obeyed"));
        assertThat(deaths).hasSize(2).allMatch(death -> death.contains("exit code 137"));
        // Idle processes have given back their memory.
        assertThat(pool.pids()).hasSize(1);
    }

    @Test
    void aFileWhoseProcessIsKilledThereAsWellIsDeadly() {
        pool(1, Duration.ofSeconds(15), 400);
        assertThat(order("kill " + folder + " 3")).isInstanceOf(PictureRead.Deadly.class);
        assertThat(deaths).hasSize(3);
    }

    @Test
    void filesThatAreKilledTogetherDoNotWaitForEachOther() {
        pool(2, Duration.ofSeconds(15), 400);
        List<CompletableFuture<PictureRead>> answers = List.of("a", "b").stream()
                .map(name -> folder.resolve(name))
                .peek(own -> assertThat(own.toFile().mkdir()).isTrue())
                .map(own -> CompletableFuture.supplyAsync(() -> order("kill " + own + " 2")))
                .toList();
        for (CompletableFuture<PictureRead> answer : answers) {
            assertThat(answer.join()).isEqualTo(new PictureRead.Broken("obeyed"));
        }
    }

    @Test
    void aProcessIsReplacedAfterSomeFilesOfNativeCode() {
        pool(1, Duration.ofSeconds(15), 2);
        long before = pool.pids().get(0);
        for (int i = 0; i < 5; i++) {
            assertThat(pool.read(PNG, false)).isInstanceOf(PictureRead.Seen.class);
        }
        assertThat(pool.pids()).containsExactly(before);
        for (int i = 0; i < 3; i++) {
            assertThat(pool.read(JPEG, false)).isInstanceOf(PictureRead.Seen.class);
        }
        assertThat(pool.read(PNG, false)).isInstanceOf(PictureRead.Seen.class);
        assertThat(pool.pids()).hasSize(1).doesNotContain(before);
        assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(deaths).isEmpty();
    }

    @Test
    void aHeicCountsAsManyFiles() {
        pool(1, Duration.ofSeconds(15), 30);
        long before = pool.pids().get(0);
        pool.read(HeifFiles.file("grid.heic"), false);
        assertThat(pool.read(PNG, false)).isInstanceOf(PictureRead.Seen.class);
        assertThat(pool.pids()).hasSize(1).doesNotContain(before);
    }

    @Test
    void closingEndsAReplacementThatIsAboutToStart() {
        pool(1, Duration.ofSeconds(15), 30);
        pool.read(HeifFiles.file("grid.heic"), false);
        pool.close();
        assertThatThrownBy(() -> pool.read(PNG, false)).isInstanceOf(ReaderUnavailableException.class);
        pool.pids()
                .forEach(pid ->
                        ProcessHandle.of(pid).ifPresent(child -> child.onExit().join()));
    }
}

package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.isolation.IsolationLauncher;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import io.bulwark.imaging.process.Wire.Wanted;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, and files that take them over. */
@Timeout(120)
class DecoderPoolTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(64, Interpolation.BILINEAR);
    private static final ReaderSettings SETTINGS = settings(JpegReduction.none(), null);

    @TempDir
    Path folder;

    private final ConcurrentLinkedQueue<String> deaths = new ConcurrentLinkedQueue<>();
    private final Semaphore died = new Semaphore(0);
    private DecoderPool pool;

    @AfterEach
    void close() {
        if (pool != null) {
            pool.close();
        }
    }

    private static ReaderSettings settings(JpegReduction reduction, PreprocessSpec twin) {
        return new ReaderSettings(
                DecodeLimits.standard().withMemoryBytes(64 << 20),
                reduction,
                HeifCommand.none(),
                SPEC,
                twin,
                ViewPolicy.COVER,
                ModerationOptions.standard());
    }

    private DecoderPool pool(ReaderSettings settings, int processes, Duration deadline) {
        // The program runs commands and leaves files behind, which isolation would not let it.
        ProcessLimits limits = ProcessLimits.of(processes, settings.limits(), 1 << 20, deadline)
                .isolatedBy(Isolation.NONE)
                .replacedAfter(400);
        pool = new DecoderPool(settings, limits, HostileProgram.class, this::died, new HeifMachine(settings));
        pool.start();
        return pool;
    }

    private void died(String how) {
        deaths.add(how);
        died.release();
    }

    private static byte[] order(String text) {
        return ("do " + text).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertSame(PictureRead found, PictureRead wanted) {
        PictureRead.Seen a = (PictureRead.Seen) found;
        PictureRead.Seen b = (PictureRead.Seen) wanted;
        assertThat(a.hashes()).isEqualTo(b.hashes());
        assertViews(a.views(), b.views());
        assertViews(a.twinViews(), b.twinViews());
    }

    private static void assertViews(List<View> found, List<View> wanted) {
        assertThat(found)
                .extracting(View::name)
                .containsExactlyElementsOf(wanted.stream().map(View::name).toList());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).pixels()).isEqualTo(wanted.get(i).pixels());
        }
    }

    @Test
    void aProcessSeesWhatThisOneWouldSee() {
        ReaderSettings twice = settings(SPEC.jpegReduction(), PreprocessSpec.unit(32, Interpolation.BICUBIC));
        ProcessLimits limits = ProcessLimits.of(1, twice.limits(), 1 << 20, Duration.ofSeconds(15));
        pool = new DecoderPool(twice, limits, deaths::add);
        pool.start();
        DecoderProcess.LocalReader here = new DecoderProcess.LocalReader(twice);
        for (String name : GoldenPictures.FILES) {
            byte[] file = GoldenPictures.file(name);
            assertSame(pool.read(file, true), here.read(file, true));
            assertThat(((PictureRead.Seen) pool.read(file, false)).hashes()).isEmpty();
        }
        assertThat(deaths).isEmpty();
        assertThat(pool.pids()).hasSize(1);
    }

    @Test
    void aRefusalCrossesWithItsWords() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        assertThat(pool.read(new byte[0], false))
                .isInstanceOfSatisfying(
                        PictureRead.Refused.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.EMPTY_FILE));
        assertThat(pool.read("no picture at all".getBytes(StandardCharsets.UTF_8), false))
                .isEqualTo(new DecoderProcess.LocalReader(SETTINGS)
                        .read("no picture at all".getBytes(StandardCharsets.UTF_8), false));
    }

    @Test
    void whereBothEncodersMakeTheSameViewsTheyCrossOnce() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        PictureRead.Seen seen = (PictureRead.Seen) pool.read(GoldenPictures.file("photo_rgb.png"), false);
        assertThat(seen.twinViews()).isSameAs(seen.views());
    }

    @ParameterizedTest
    @ValueSource(strings = {"halt", "exhaust", "lie", "long-ago"})
    void aFileThatKillsTwoProcessesIsDeadlyAndTheNextOneIsRead(String order) {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        assertThat(pool.read(order(order), false)).isInstanceOf(PictureRead.Deadly.class);
        assertThat(deaths).hasSize(2);
        assertThat(pool.read(GoldenPictures.file("photo_rgb.png"), false)).isInstanceOf(PictureRead.Seen.class);
        assertThat(pool.pids()).hasSize(1);
    }

    @Test
    void aFileWhoseProcessDiedOnceIsReadByAnother() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        assertThat(pool.read(order("halt-once " + folder.resolve("witness")), false))
                .isEqualTo(new PictureRead.Broken("obeyed"));
        assertThat(deaths).singleElement().asString().contains("exit code 8");
    }

    @Test
    void whatAProcessPrintsIsOneLineOfTheLog() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        assertThat(pool.read(order("halt-loudly"), false))
                .isInstanceOfSatisfying(
                        PictureRead.Deadly.class,
                        deadly -> assertThat(deadly.how())
                                .contains("exit code 9")
                                .endsWith("BULWARK-0001 second line")
                                .doesNotContain("\n"));
    }

    @Test
    void aFileThatHangsIsOverdueAndItsProcessIsGone() {
        pool(SETTINGS, 1, Duration.ofMillis(500));
        ProcessHandle hanging = ProcessHandle.of(pool.pids().get(0)).orElseThrow();
        assertThat(pool.read(order("hang"), false)).isEqualTo(new PictureRead.Overdue(Duration.ofMillis(500)));
        hanging.onExit().join();
        assertThat(pool.read("no picture".getBytes(StandardCharsets.UTF_8), false))
                .isInstanceOf(PictureRead.Refused.class);
    }

    @Test
    void aFileWhoseProcessLeavesItsPipesToAnotherIsOverdueAndDelaysNoOtherFile() {
        pool(SETTINGS, 1, Duration.ofSeconds(2));
        ProcessHandle taken = ProcessHandle.of(pool.pids().get(0)).orElseThrow();
        CompletableFuture<PictureRead> answer = CompletableFuture.supplyAsync(() -> pool.read(order("fork"), false));
        Optional<ProcessHandle> other = taken.children().findFirst();
        while (other.isEmpty()) {
            Thread.onSpinWait();
            other = taken.children().findFirst();
        }
        assertThat(answer.orTimeout(30, TimeUnit.SECONDS).join())
                .isEqualTo(new PictureRead.Overdue(Duration.ofSeconds(2)));
        other.get().onExit().orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(pool.read("no picture".getBytes(StandardCharsets.UTF_8), false))
                .isInstanceOf(PictureRead.Refused.class);
    }

    @Test
    void anUnrequestedAnswerIsNotTheNextFiles() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        assertThat(pool.read(order("stutter"), false)).isEqualTo(new PictureRead.Broken("obeyed"));
        assertThat(pool.read("no picture".getBytes(StandardCharsets.UTF_8), false))
                .isInstanceOf(PictureRead.Refused.class);
        assertThat(deaths).singleElement().asString().contains("unrequested");
    }

    @Test
    void whatAStepThrowsIsReportedAndTheProcessLivesOn() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        List<Long> before = pool.pids();
        assertThat(pool.read(order("break"), false))
                .isInstanceOfSatisfying(
                        PictureRead.Broken.class,
                        broken -> assertThat(broken.failure()).contains("a step is broken", "HostileProgram"));
        assertThat(pool.read(order("overflow"), false))
                .isInstanceOfSatisfying(
                        PictureRead.Broken.class,
                        broken -> assertThat(broken.failure()).contains("StackOverflowError"));
        assertThat(pool.pids()).isEqualTo(before);
    }

    @Test
    void aProcessThatIsKilledWithoutAFileIsNobodysFault() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        for (int i = 0; i < 3; i++) {
            ProcessHandle child = ProcessHandle.of(pool.pids().get(0)).orElseThrow();
            child.destroyForcibly();
            child.onExit().join();
            assertThat(pool.read(GoldenPictures.file("photo_rgb.png"), false)).isInstanceOf(PictureRead.Seen.class);
        }
        assertThat(deaths).hasSize(3);
    }

    @Test
    void killedProcessesLoseAndDoubleNothing() throws Exception {
        pool(SETTINGS, 2, Duration.ofSeconds(15));
        byte[] file = GoldenPictures.file("photo_420.jpg");
        PictureRead wanted = new DecoderProcess.LocalReader(SETTINGS).read(file, true);
        List<CompletableFuture<List<PictureRead>>> readers = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    List<PictureRead> answers = new ArrayList<>();
                    for (int n = 0; n < 100; n++) {
                        answers.add(pool.read(file, true));
                    }
                    return answers;
                }))
                .toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new));
        all.whenComplete((read, failure) -> died.release());
        Random random = new Random(5);
        while (!all.isDone() && deaths.size() < 20) {
            List<Long> pids = pool.pids();
            if (!pids.isEmpty()) {
                ProcessHandle.of(pids.get(random.nextInt(pids.size()))).ifPresent(ProcessHandle::destroyForcibly);
            }
            died.acquire();
        }
        for (CompletableFuture<List<PictureRead>> reader : readers) {
            for (PictureRead answer : reader.get()) {
                if (!(answer instanceof PictureRead.Deadly)) {
                    assertSame(answer, wanted);
                }
            }
        }
        assertThat(deaths).isNotEmpty();
    }

    @Test
    void aProcessThatCannotBeStartedIsNoFilesFault() {
        ProcessLimits limits = new ProcessLimits(1, 1L << 50, 0, Duration.ofSeconds(1));
        pool = new DecoderPool(SETTINGS, limits, deaths::add);
        assertThatThrownBy(() -> pool.start())
                .isInstanceOf(ReaderUnavailableException.class)
                .hasMessageContaining("did not start")
                .hasMessageContaining("exit code 1");
    }

    @Test
    void closingEndsTheProcessesAndNotifiesWaitingCallers() {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        ProcessHandle child = ProcessHandle.of(pool.pids().get(0)).orElseThrow();
        CompletableFuture<PictureRead> waiting = CompletableFuture.supplyAsync(() -> pool.read(order("hang"), false));
        pool.close();
        child.onExit().join();
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(ReaderUnavailableException.class);
        assertThatThrownBy(() -> pool.read(new byte[0], false)).isInstanceOf(ReaderUnavailableException.class);
    }

    /** The end of standard input is what a process sees of a worker that is gone. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void processesEndWithTheWorkerHoweverBusyTheyAre(boolean busy) throws Exception {
        ProcessLimits limits = ProcessLimits.of(1, SETTINGS.limits(), 1 << 20, Duration.ofSeconds(15));
        Process orphan = new DecoderCommand(HostileProgram.class, limits, HeifCommand.none())
                .plain(folder)
                .start();
        DataOutputStream out = new DataOutputStream(orphan.getOutputStream());
        Wire.writeSettings(out, SETTINGS);
        if (busy) {
            Wire.writeRequest(out, order("hang"), Wanted.VIEWS);
            DataInputStream in = new DataInputStream(orphan.getInputStream());
            assertThat(in.readByte()).isEqualTo(Wire.READY);
            Wire.readText(in, Integer.MAX_VALUE);
            Wire.readIsolation(in);
            assertThat(in.readByte()).isEqualTo(Wire.BEGUN);
        }
        orphan.getOutputStream().close();
        assertThat(orphan.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aProcessLeavesNoFolderBehind() throws IOException {
        pool(SETTINGS, 1, Duration.ofSeconds(15));
        assertThat(folders()).hasSize(1);
        pool.close();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!folders().isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(folders()).isEmpty();
    }

    private static List<Path> folders() throws IOException {
        String kind = "bulwark-decoder-" + ProcessHandle.current().pid() + "-";
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith(kind))
                    .toList();
        }
    }

    /** The launcher lacks JNA until the first process has been started. */
    @Test
    void oneFailureToIsolateDoesNotLeaveAllProcessesFree() throws Exception {
        assumeTrue(
                IsolationSupport.look().isComplete(),
                () -> IsolationSupport.look().detail());
        ProcessLimits limits = ProcessLimits.of(1, SETTINGS.limits(), 1 << 20, Duration.ofSeconds(15));
        Set<Long> before = children();
        System.setProperty("jna.nounpack", "true");
        try (DecoderPool preferring = new DecoderPool(SETTINGS, limits, deaths::add)) {
            CompletableFuture<Void> start = CompletableFuture.runAsync(preferring::start);
            while (before.containsAll(children()) && !start.isDone()) {
                Thread.onSpinWait();
            }
            System.clearProperty("jna.nounpack");
            start.get(60, TimeUnit.SECONDS);

            assertThat(preferring.isolation().orElseThrow().isComplete()).isTrue();
        } finally {
            System.clearProperty("jna.nounpack");
        }
    }

    private static Set<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    /** A launcher that cannot load JNA stands for all that a machine may lack. */
    @Test
    void aProcessThatCannotBeIsolatedStartsOnlyWhereThatIsPreferred() {
        assumeTrue(
                IsolationSupport.look().isComplete(),
                () -> IsolationSupport.look().detail());
        ProcessLimits limits = ProcessLimits.of(1, SETTINGS.limits(), 1 << 20, Duration.ofSeconds(15));
        System.setProperty("jna.nounpack", "true");
        try (DecoderPool preferring = new DecoderPool(SETTINGS, limits, deaths::add);
                DecoderPool requiring = new DecoderPool(SETTINGS, limits.isolatedBy(Isolation.REQUIRE), deaths::add)) {
            preferring.start();
            assertThat(preferring.isolation().orElseThrow()).satisfies(state -> {
                assertThat(state.isNothing()).isTrue();
                assertThat(state.detail()).contains("cannot be isolated", "exit code " + IsolationLauncher.REFUSED);
            });
            assertThat(preferring.read(GoldenPictures.file("photo_rgb.png"), false))
                    .isInstanceOf(PictureRead.Seen.class);
            assertThatThrownBy(requiring::start)
                    .isInstanceOf(ReaderUnavailableException.class)
                    .hasMessageContaining("cannot be isolated");
        } finally {
            System.clearProperty("jna.nounpack");
        }
    }
}

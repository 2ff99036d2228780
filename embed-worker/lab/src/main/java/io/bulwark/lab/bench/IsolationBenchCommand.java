package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ProcessStat;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.ProcessLimits;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark bench isolation}. */
@Command(
        name = "isolation",
        description = {
            "Images a second that isolated decoder processes read, beside plain ones, in turns on the same files.",
            "Then what a fresh process costs: CPU time to start, and until it is as fast as one that runs for long. Fails where"
                    + " isolated ones read less than 0.97 of what plain ones do. Let nothing else run meanwhile."
        })
final class IsolationBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final int PICTURES = 64;
    private static final long HEAP_FOR_PIXELS = 128 << 20;
    private static final int MOST_FILE_BYTES = 1 << 20;

    @Option(names = "--rounds", description = "Turns of each kind, after one that warms up.")
    private int rounds = 10;

    @Option(names = "--images", description = "Images of a turn.")
    private int images = 1000;

    @Option(names = "--starts", description = "Fresh processes of each kind.")
    private int starts = 5;

    private final int cores = Runtime.getRuntime().availableProcessors();
    private List<byte[]> pictures;

    @Override
    public Integer call() {
        if (rounds < 1 || images < 1 || starts < 1) {
            throw CommandFailure.usage("--rounds, --images and --starts are at least 1");
        }
        Output output = output();
        output.note(Machine.describe());
        pictures = IntStream.range(0, PICTURES)
                .mapToObj(number -> PreprocessBenchmark.syntheticJpeg(640, 480, number))
                .toList();
        IsolationResult result = measure(output);
        output.print(result.text(), result.fields());
        return result.holds() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private IsolationResult measure(Output output) {
        List<Double> isolatedRates = new ArrayList<>();
        List<Double> plainRates = new ArrayList<>();
        double fileMillis;
        double plainFileMillis;
        String by;
        try (DecoderPool isolated = pool(Isolation.REQUIRE, cores);
                DecoderPool plain = pool(Isolation.NONE, cores)) {
            by = isolated.isolation().orElseThrow().detail();
            rate(isolated);
            rate(plain);
            Duration before = cpu(isolated);
            Duration plainBefore = cpu(plain);
            for (int round = 0; round < rounds; round++) {
                output.note("turn " + (round + 1) + " of " + rounds);
                // Who comes first changes, for the machine's own ups and downs.
                if (round % 2 == 0) {
                    isolatedRates.add(rate(isolated));
                    plainRates.add(rate(plain));
                } else {
                    plainRates.add(rate(plain));
                    isolatedRates.add(rate(isolated));
                }
            }
            fileMillis = millisEach(cpu(isolated).minus(before));
            plainFileMillis = millisEach(cpu(plain).minus(plainBefore));
        }
        List<IsolationResult.Fresh> isolatedStarts = new ArrayList<>();
        List<IsolationResult.Fresh> plainStarts = new ArrayList<>();
        for (int start = 0; start < starts; start++) {
            output.note("fresh process " + (start + 1) + " of " + starts);
            isolatedStarts.add(fresh(Isolation.REQUIRE, fileMillis));
            plainStarts.add(fresh(Isolation.NONE, fileMillis));
        }
        return new IsolationResult(
                by, isolatedRates, plainRates, fileMillis, plainFileMillis, isolatedStarts, plainStarts);
    }

    private double millisEach(Duration ofAllTurns) {
        return ofAllTurns.toNanos() / 1e6 / rounds / images;
    }

    private static DecoderPool pool(Isolation isolation, int processes) {
        ReaderSettings settings = new ReaderSettings(
                DecodeLimits.standard().withMemoryBytes(HEAP_FOR_PIXELS),
                JpegReduction.none(),
                HeifCommand.none(),
                PreprocessSpec.unit(224, PreprocessSpec.Interpolation.BILINEAR),
                null,
                ViewPolicy.COVER,
                ModerationOptions.standard());
        ProcessLimits limits = ProcessLimits.of(
                        processes, settings.limits(), MOST_FILE_BYTES, ProcessLimits.LONGEST_DEADLINE)
                .isolatedBy(isolation);
        DecoderPool pool = new DecoderPool(settings, limits, how -> {});
        pool.start();
        return pool;
    }

    /** Images a second, read by as many threads as there are processes. */
    private double rate(DecoderPool pool) {
        long begin = System.nanoTime();
        List<CompletableFuture<Void>> readers = IntStream.range(0, cores)
                .mapToObj(core -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = core; i < images; i += cores) {
                                read(pool, i);
                            }
                        },
                        task -> new Thread(task, "bulwark-bench-" + core).start()))
                .toList();
        readers.forEach(CompletableFuture::join);
        return images / ((System.nanoTime() - begin) / 1e9);
    }

    private void read(DecoderPool pool, int number) {
        PictureRead read = pool.read(pictures.get(number % PICTURES), false);
        if (!(read instanceof PictureRead.Seen)) {
            throw CommandFailure.failed("a picture was not read: " + read);
        }
    }

    private IsolationResult.Fresh fresh(Isolation isolation, double fileMillis) {
        long begin = System.nanoTime();
        try (DecoderPool pool = pool(isolation, 1)) {
            double wall = (System.nanoTime() - begin) / 1e6;
            double start = cpu(pool).toNanos() / 1e6;
            for (int i = 0; i < images; i++) {
                read(pool, i);
            }
            double all = cpu(pool).toNanos() / 1e6;
            return new IsolationResult.Fresh(wall, start, Math.max(0, all - start - images * fileMillis));
        }
    }

    private static Duration cpu(DecoderPool pool) {
        return pool.pids().stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> ProcessStat.cpuTime(process).stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * What isolation costs.
     *
     * @param by what isolated the processes
     * @param isolated images a second of each turn
     * @param plain the same of processes that nothing confines; turn by turn beside the others
     * @param fileMillis CPU time of one image in an isolated process that runs for long
     * @param plainFileMillis the same in a plain one; other programs on the machine change it less than the rates
     * @param isolatedStarts fresh processes
     * @param plainStarts the same without isolation
     */
    record IsolationResult(
            String by,
            List<Double> isolated,
            List<Double> plain,
            double fileMillis,
            double plainFileMillis,
            List<Fresh> isolatedStarts,
            List<Fresh> plainStarts) {

        static final double REQUIRED_RATIO = 0.97;

        /** Uploads a process, for the page's table. */
        private static final int[] UPLOADS = {100, 1_000, 5_000, 20_000};

        /**
         * A process that was started for this.
         *
         * @param wallMillis until it could work
         * @param startMillis CPU time until then
         * @param warmMillis CPU time that its first images took beyond {@link #fileMillis}
         */
        record Fresh(double wallMillis, double startMillis, double warmMillis) {}

        /** The median of the turns' ratios. */
        double ratio() {
            return median(IntStream.range(0, isolated.size())
                    .mapToDouble(turn -> isolated.get(turn) / plain.get(turn))
                    .toArray());
        }

        boolean holds() {
            return ratio() >= REQUIRED_RATIO;
        }

        /**
         * CPU time of replacing a process after a number of images, as a share of the CPU time that reading them takes.
         */
        double share(int uploads) {
            double fresh = median(isolatedStarts, Fresh::startMillis) + median(isolatedStarts, Fresh::warmMillis);
            return fresh / (uploads * fileMillis);
        }

        String text() {
            StringBuilder text = new StringBuilder(Fields.text(
                    """
                    isolated  %.1f images/s, %.2f ms of CPU each, by %s
                    plain     %.1f images/s, %.2f ms of CPU each
                    ratio     %.3f, the median of %d turns (wanted %.2f)
                    fresh     isolated %.0f ms until it works, %.0f ms of CPU, and %.0f ms more for its first images
                              plain    %.0f ms until it works, %.0f ms of CPU, and %.0f ms more for its first images""",
                    median(isolated),
                    fileMillis,
                    by,
                    median(plain),
                    plainFileMillis,
                    ratio(),
                    isolated.size(),
                    REQUIRED_RATIO,
                    median(isolatedStarts, Fresh::wallMillis),
                    median(isolatedStarts, Fresh::startMillis),
                    median(isolatedStarts, Fresh::warmMillis),
                    median(plainStarts, Fresh::wallMillis),
                    median(plainStarts, Fresh::startMillis),
                    median(plainStarts, Fresh::warmMillis)));
            for (int uploads : UPLOADS) {
                text.append(Fields.text(
                        "%nreplaced  after %d images: %.1f %% more CPU time than the %.2f ms an image that reading takes",
                        uploads, 100 * share(uploads), fileMillis));
            }
            return text.toString();
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "isolatedBy",
                    by,
                    "isolatedImagesPerSecond",
                    median(isolated),
                    "plainImagesPerSecond",
                    median(plain),
                    "ratio",
                    ratio(),
                    "turns",
                    isolated.size(),
                    "fileCpuMillis",
                    fileMillis,
                    "plainFileCpuMillis",
                    plainFileMillis,
                    "isolatedStartMillis",
                    median(isolatedStarts, Fresh::wallMillis),
                    "isolatedStartCpuMillis",
                    median(isolatedStarts, Fresh::startMillis),
                    "isolatedWarmCpuMillis",
                    median(isolatedStarts, Fresh::warmMillis),
                    "plainStartMillis",
                    median(plainStarts, Fresh::wallMillis),
                    "plainStartCpuMillis",
                    median(plainStarts, Fresh::startMillis),
                    "plainWarmCpuMillis",
                    median(plainStarts, Fresh::warmMillis));
        }

        private static double median(List<Fresh> starts, ToDoubleFunction<Fresh> of) {
            return median(starts.stream().mapToDouble(of).toArray());
        }

        private static double median(List<Double> values) {
            return median(values.stream().mapToDouble(Double::doubleValue).toArray());
        }

        private static double median(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }
}

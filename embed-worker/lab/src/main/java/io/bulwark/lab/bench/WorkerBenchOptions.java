package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** What every benchmark takes that starts a broker and a worker: {@code @Mixin WorkerBenchOptions bench}. */
final class WorkerBenchOptions {

    /** How long a worker may take until it is ready. */
    public static final Duration READY_LIMIT = Duration.ofSeconds(180);

    private static final int SYNTHETIC = 64;

    @Option(names = "--references", description = "References of the bank.")
    private int references = 1000;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--pictures",
            paramLabel = "PATH",
            description =
                    "Files or folders of pictures to send by turns, below 1 MB each; without it 64 synthetic JPEGs of"
                            + " 640x480. How many views a picture has decides what it costs.")
    private List<Path> pictures = List.of();

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--worker-set",
            paramLabel = "NAME=VALUE",
            description = "A setting of the worker to try.")
    private Map<String, String> workerSettings = Map.of();

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "The worker's bulwark.encoder.precision: fp32, bf16, fp16 or auto.")
    private String precision = "fp32";

    @Option(names = "--keep", paramLabel = "FOLDER", description = "Keep the logs of broker and worker there.")
    private Path keep;

    /**
     * One thread in the precision that was asked for.
     *
     * @throws CommandFailure if there is no such precision
     */
    public EncoderOptions encoding() {
        return EncoderOptions.defaults()
                .withPrecision(EncoderBenchCommand.precision(precision))
                .withThreads(1);
    }

    /** How many references the bank has. */
    public int references() {
        return references;
    }

    /**
     * Encoded files for a worker to moderate by turns: the named ones, else JPEGs of 640x480, no two alike.
     *
     * @throws CommandFailure if a path is missing or cannot be read
     */
    public List<byte[]> pictures() {
        return pictures.isEmpty()
                ? IntStream.range(0, SYNTHETIC)
                        .mapToObj(number -> PreprocessBenchmark.syntheticJpeg(640, 480, number))
                        .toList()
                : ImageFiles.under(pictures).stream().map(InputFile::bytes).toList();
    }

    /** Settings of the worker, by name; they win over those of the benchmark. */
    public Map<String, String> workerSettings() {
        return workerSettings;
    }

    /**
     * Runs a benchmark in the folder to keep, or in one that is deleted afterwards, whether it failed or not.
     *
     * @throws Exception what the benchmark throws; IOException if the folder cannot be made or deleted
     */
    <T> T inFolder(Run<T> run) throws Exception {
        if (keep != null) {
            return run.in(keep.toAbsolutePath());
        }
        return Scratch.in(run);
    }

    /** A benchmark that writes into a folder. */
    @FunctionalInterface
    public interface Run<T> {
        /** Runs it. */
        T in(Path folder) throws Exception;
    }

    /** Folders of one run. */
    static final class Scratch {

        private static final Duration END_LIMIT = Duration.ofSeconds(60);

        private Scratch() {}

        /**
         * Runs a benchmark in a folder that is deleted afterwards, whether it failed or not. Where the program is to end,
         * as after Ctrl-C, the calling thread is interrupted, and the folder's deletion is waited for.
         */
        static <T> T in(Run<T> run) throws Exception {
            Path folder = Files.createTempDirectory("bulwark-bench");
            Thread caller = Thread.currentThread();
            var deleted = new CountDownLatch(1);
            var stop = new Thread(() -> interrupt(caller, deleted), "bench-stop");
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                return run.in(folder);
            } finally {
                delete(folder);
                deleted.countDown();
                removeHook(stop);
            }
        }

        private static void interrupt(Thread caller, CountDownLatch deleted) {
            caller.interrupt();
            try {
                deleted.await(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private static void removeHook(Thread stop) {
            try {
                Runtime.getRuntime().removeShutdownHook(stop);
            } catch (IllegalStateException ending) {
                // the hook runs, and now finds that the folder is deleted
            }
        }

        private static void delete(Path folder) throws IOException {
            List<Path> inside;
            try (Stream<Path> files = Files.walk(folder)) {
                inside = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : inside) {
                Files.delete(file);
            }
        }
    }
}

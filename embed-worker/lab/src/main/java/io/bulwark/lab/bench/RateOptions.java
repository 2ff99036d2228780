package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.EncoderOptions;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How a benchmark of an encoder takes its rates: {@code @Mixin RateOptions rates}. */
final class RateOptions {

    @Option(names = "--batch", paramLabel = "N", split = ",", description = "Batch sizes, of 1, 2, 4, 8, 16 and 32.")
    private List<Integer> batches = List.of(1, 8, 32);

    @Option(names = "--seconds", paramLabel = "S", description = "How long to measure each rate at each batch size.")
    private double seconds = 2;

    @Option(names = "--threads", description = "Threads within one operation; -1 leaves it to libtorch.")
    private int threads = -1;

    /**
     * Batch sizes to measure.
     *
     * @throws CommandFailure if one is none of {@link BatchShapes#CANDIDATES}
     */
    List<Integer> batches() {
        if (!BatchShapes.CANDIDATES.containsAll(batches)) {
            throw CommandFailure.usage("--batch is %s; allowed are %s".formatted(batches, BatchShapes.CANDIDATES));
        }
        return batches;
    }

    /** How long to measure each. */
    Duration each() {
        return Duration.ofMillis((long) (1000 * seconds));
    }

    /** The same with the threads that are asked for. */
    EncoderOptions on(EncoderOptions base) {
        return base.withThreads(threads);
    }
}

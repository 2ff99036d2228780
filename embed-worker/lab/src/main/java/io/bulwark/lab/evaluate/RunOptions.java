package io.bulwark.lab.evaluate;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.encoder.EncoderOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** How an evaluation runs and where its results go: {@code @Mixin RunOptions run}. */
public final class RunOptions {

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for results and for the ledgers that an interrupted run goes on from.")
    private Path out;

    @Option(names = "--batch", description = "Pictures attacked at once (default: the fastest here, measured first).")
    private Integer batch;

    @Option(names = "--images", description = "Number of questions to ask, evenly spread (default: all).")
    private Integer images;

    @Option(names = "--threads", description = "Threads within an operation, -1 for all cores.")
    private int threads = 1;

    /** A model's options with these threads. */
    public EncoderOptions with(EncoderOptions options) {
        return CommandFailure.orUsage(() -> options.withThreads(threads));
    }

    /** How many questions to ask; null for all. */
    public Integer images() {
        return images;
    }

    /** Folder of results and ledgers. */
    public Path out() {
        return out;
    }

    /** Zero where it is to be measured. */
    public int batch() {
        if (batch != null && batch < 1) {
            throw CommandFailure.usage("--batch is " + batch + ", allowed are 1 and more");
        }
        return batch == null ? 0 : batch;
    }

    /** The requested number of items, spread over all of them. */
    <T> List<T> limited(List<T> items) {
        return spread(items, images, "--images");
    }

    /**
     * @param count null for all
     * @param option that the count was given by
     */
    public static <T> List<T> spread(List<T> items, Integer count, String option) {
        if (count != null && count < 1) {
            throw CommandFailure.usage(option + " is " + count + ", allowed are 1 and more");
        }
        if (count == null || count >= items.size()) {
            return items;
        }
        return IntStream.range(0, count)
                .mapToObj(i -> items.get((int) ((long) i * items.size() / count)))
                .toList();
    }

    /** How often a calibrated threshold may be wrong: {@code @Mixin ErrorBudget budget}. */
    public static final class ErrorBudget {

        @Option(names = "--budget", paramLabel = "SHARE", description = "Of false positives, for each threshold.")
        private double share = 0.01;

        @Option(names = "--delta", paramLabel = "P", description = "Probability that a threshold breaks the budget.")
        private double delta = 0.05;

        /** Share of false positives, above 0 and below 1. */
        public double share() {
            return share;
        }

        /** Probability of breaking the budget, above 0 and below 1. */
        public double delta() {
            return delta;
        }

        /** @throws CommandFailure if one of the two is no share */
        public ErrorBudget checked() {
            if (!(share > 0 && share < 1) || !(delta > 0 && delta < 1)) {
                throw CommandFailure.usage(
                        "--budget %s, --delta %s: allowed are shares above 0 and below 1".formatted(share, delta));
            }
            return this;
        }
    }

    /** What a moderation searches: {@code @Mixin References references}. */
    static final class References {

        @Option(
                names = "--references",
                paramLabel = "DIR",
                required = true,
                description = "A folder with one folder of pictures for each label, which the moderation searches.")
        private Path folder;

        @Option(
                names = "--reference-images",
                description = "Number of references to search, evenly spread (default: all).")
        private Integer referenceImages;

        List<LabelledPicture> pictures() {
            return spread(LabelledPicture.below(folder), referenceImages, "--reference-images");
        }
    }
}

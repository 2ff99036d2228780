package io.bulwark.cli.terminal;

import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on standard error for work that takes a while; where the process has no terminal, a note now and then, so that
 * a log shows that the work goes on. Silent with {@code --json}. One thread steps it.
 *
 * <pre>{@code
 * try (Progress progress = Progress.of("embedding", files.size(), output)) {
 *     for (Path file : files) { embed(file); progress.step(); }
 * }
 * }</pre>
 */
public final class Progress implements AutoCloseable {

    /** Between two notes. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private final Shown shown;

    private Progress(Shown shown) {
        this.shown = shown;
    }

    /** How it is shown. */
    private interface Shown {

        void stepBy(long steps);

        default void close() {}
    }

    /**
     * Opens a bar.
     *
     * @param task what is going on, one or two words
     * @param total steps; negative where it is not known
     */
    public static Progress of(String task, long total, Output output) {
        if (output.isJson()) {
            return new Progress(steps -> {});
        }
        return System.console() == null ? noted(task, total, output, System::nanoTime) : bar(task, total);
    }

    /** @param nanos a clock */
    static Progress noted(String task, long total, Output output, LongSupplier nanos) {
        return new Progress(new Shown() {
            private long done;
            private long noted = nanos.getAsLong();

            @Override
            public void stepBy(long steps) {
                done += steps;
                if (nanos.getAsLong() - noted >= PAUSE.toNanos()) {
                    noted = nanos.getAsLong();
                    output.note(task + ": " + done + (total < 0 ? "" : " of " + total));
                }
            }
        });
    }

    private static Progress bar(String task, long total) {
        ProgressBar bar = visible(task, total);
        return new Progress(new Shown() {
            @Override
            public void stepBy(long steps) {
                bar.stepBy(steps);
            }

            @Override
            public void close() {
                bar.close();
            }
        });
    }

    private static ProgressBar visible(String task, long total) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .clearDisplayOnFinish()
                .build();
    }

    /** One more is done. */
    public void step() {
        stepBy(1);
    }

    /** Adds to what is done. */
    public void stepBy(long steps) {
        shown.stepBy(steps);
    }

    /** Removes the bar. */
    @Override
    public void close() {
        shown.close();
    }
}

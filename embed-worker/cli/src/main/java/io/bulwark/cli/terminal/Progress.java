package io.bulwark.cli.terminal;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on standard error for work that takes a while. Silent with {@code --json} and where the
 * process has no terminal. One thread steps it.
 *
 * <pre>{@code
 * try (Progress progress = Progress.of("embedding", files.size(), output)) {
 *     for (Path file : files) { embed(file); progress.step(); }
 * }
 * }</pre>
 */
public final class Progress implements AutoCloseable {

    private final ProgressBar bar;

    private Progress(ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Opens a bar.
     *
     * @param task what is going on, one or two words
     * @param total steps; negative where it is not known
     */
    public static Progress of(String task, long total, Output output) {
        boolean hidden = output.isJson() || System.console() == null;
        return new Progress(hidden ? null : visible(task, total));
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
        if (bar != null) {
            bar.stepBy(steps);
        }
    }

    /** Removes the bar. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}

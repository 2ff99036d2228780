package io.bulwark.lab.experiment;

import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import java.time.Duration;
import java.util.Locale;

/** Told how an evaluation goes on. Called on the evaluating thread. */
public interface EvaluationProgress {

    /**
     * A stage begins.
     *
     * @param stage {@code clean}, or a threat model
     * @param questions that it has to answer or attack
     */
    void begin(String stage, int questions);

    /**
     * Part of the stage is done.
     *
     * @param questions more that are done
     * @param fooled of these, the ones answered as the attacker wants
     */
    void advanced(int questions, int fooled);

    /** Reports nothing. */
    static EvaluationProgress silent() {
        return new EvaluationProgress() {
            @Override
            public void begin(String stage, int questions) {}

            @Override
            public void advanced(int questions, int fooled) {}
        };
    }

    /** A bar for each stage of an evaluation, and a line when it ends, for logs of long runs. One thread. */
    final class StageLog implements EvaluationProgress, AutoCloseable {

        private static final Duration QUIET = Duration.ofMinutes(1);

        private final String what;
        private final String counted;
        private final Output output;
        private Progress bar;
        private String stage;
        private int questions;
        private int done;
        private int count;
        private long begun;
        private long lastLine;

        /** @param what runs, named in every line */
        public StageLog(String what, Output output) {
            this(what, "fooled", output);
        }

        /**
         * @param what runs, named in every line
         * @param counted what the answers are called that are told apart
         */
        public StageLog(String what, String counted, Output output) {
            this.what = what;
            this.counted = counted;
            this.output = output;
        }

        @Override
        public void begin(String stageName, int total) {
            close();
            stage = stageName;
            questions = total;
            done = 0;
            count = 0;
            begun = System.nanoTime();
            lastLine = begun;
            bar = Progress.of(what + " " + stage, total, output);
            if (total == 0) {
                output.note("%s %s: nothing left to do".formatted(what, stage));
            }
        }

        @Override
        public void advanced(int more, int moreCounted) {
            bar.stepBy(more);
            done += more;
            count += moreCounted;
            long now = System.nanoTime();
            if (done == questions || now - lastLine > QUIET.toNanos()) {
                lastLine = now;
                output.note(String.format(
                        Locale.ROOT,
                        "%s %s: %d of %d, %d %s, %.1f min",
                        what,
                        stage,
                        done,
                        questions,
                        count,
                        counted,
                        (now - begun) / 6e10));
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}

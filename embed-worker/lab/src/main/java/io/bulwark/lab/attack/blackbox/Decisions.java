package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.Watch;
import java.util.Arrays;

/** One sample's decisions, asked for under a budget. One thread. */
final class Decisions {

    /** Candidates asked about at once. */
    private static final int BATCH = 8;

    private final Oracle oracle;
    private final int sample;
    private final int budget;
    private final Watch watch;
    private int asked;
    private int held;

    Decisions(Oracle oracle, int sample, int budget, Watch watch) {
        this.oracle = oracle;
        this.sample = sample;
        this.budget = budget;
        this.watch = watch;
    }

    int asked() {
        return asked;
    }

    /** Of the candidates of the last question, the ones that may have been held back. */
    int held() {
        return held;
    }

    int left() {
        return budget - asked;
    }

    /** Whether one candidate has the wanted decision; false where the budget is spent. */
    boolean ask(float[] pixels) {
        return left() > 0 && askAll(new float[][] {pixels})[0];
    }

    /** As {@link #ask} of many; as many answers come back as the budget allows. */
    boolean[] askAll(float[][] candidates) {
        boolean[] answers = new boolean[Math.min(left(), candidates.length)];
        held = 0;
        for (int from = 0; from < answers.length; from += BATCH) {
            watch.check();
            int count = Math.min(BATCH, answers.length - from);
            int length = candidates[from].length;
            float[] pixels = new float[count * length];
            for (int i = 0; i < count; i++) {
                System.arraycopy(candidates[from + i], 0, pixels, i * length, length);
            }
            int[] samples = new int[count];
            Arrays.fill(samples, sample);
            Oracle.Scores scores = oracle.ask(pixels, samples);
            System.arraycopy(scores.fooled(), 0, answers, from, count);
            for (boolean each : scores.held()) {
                held += each ? 1 : 0;
            }
            asked += count;
        }
        return answers;
    }
}

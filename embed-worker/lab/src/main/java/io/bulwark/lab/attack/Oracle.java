package io.bulwark.lab.attack;

import java.util.SplittableRandom;

/**
 * What an attacker sees who has no gradients: the loss of each candidate, and whether it has the decision he wants. An
 * attack by decisions alone reads {@link Scores#fooled} and nothing else. One thread at a time.
 */
public interface Oracle {

    /**
     * Evaluates candidates.
     *
     * @param pixels {@code [samples.length, 3, H, W]} in [0, 1]
     * @param samples whose candidates the rows are
     */
    Scores ask(float[] pixels, int[] samples);

    /** The number of a sample in the whole run. By default batches are runs. */
    default long identity(int sample) {
        return sample;
    }

    /**
     * Random numbers for one sample, the same in whatever batch it is: a run that was interrupted draws what the whole
     * one would have drawn.
     */
    default SplittableRandom random(long seed, int sample) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + identity(sample));
    }

    /**
     * Answers in the order of the rows.
     *
     * @param losses higher is nearer to what the attacker wants
     * @param fooled whether the real decision is the one that the attacker wants
     * @param held whether the answer may be that of a defence which holds back what lies near earlier content: a
     *     decision between the one that is wanted and the one that is not
     */
    record Scores(float[] losses, boolean[] fooled, boolean[] held) {

        /** Nothing is held back. */
        public Scores(float[] losses, boolean[] fooled) {
            this(losses, fooled, new boolean[fooled.length]);
        }
    }
}

package io.bulwark.lab.attack;

/**
 * What a white-box attack raises: a loss of each picture, its gradient, and whether the attacker has what he wants.
 *
 * <p>An objective knows a fixed batch of samples (their labels, their targets). A call asks about some of them: row i
 * of the pixels is a candidate for sample {@code samples[i]}, so that an attack can leave out those it is done with.
 * One thread at a time.
 */
public interface Objective extends Oracle {

    /**
     * Evaluates and differentiates.
     *
     * @param pixels {@code [samples.length, 3, H, W]} in [0, 1]
     * @param samples whose candidates the rows are
     * @return losses, success, and {@code d loss_i / d pixels_i} in the shape of the pixels
     */
    Evaluation differentiate(float[] pixels, int[] samples);

    /**
     * The answer to {@link #differentiate}.
     *
     * @param scores what {@link #ask} would have said
     * @param gradient {@code [samples.length, 3, H, W]}
     */
    record Evaluation(Scores scores, float[] gradient) {}
}

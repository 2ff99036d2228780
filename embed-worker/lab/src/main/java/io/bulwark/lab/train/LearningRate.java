package io.bulwark.lab.train;

/** How large a step is. */
@FunctionalInterface
public interface LearningRate {

    /** @param done steps taken before this one */
    double at(int done);

    /**
     * A linear warm-up, then half a cosine down to zero.
     *
     * @param base the full rate
     * @param warmUp steps of the warm-up
     * @param steps in all
     */
    static LearningRate cosine(double base, int warmUp, int steps) {
        return done -> done < warmUp
                ? base * (done + 1) / warmUp
                : base * 0.5 * (1 + Math.cos(Math.PI * (done - warmUp) / (steps - warmUp)));
    }

    /**
     * The same as the FARE code applies it, after each step: the first step is taken at the full rate, and the warm-up
     * starts with the second. On a trained encoder that first step does damage that hundreds of others mend.
     */
    static LearningRate cosineAfterSteps(double base, int warmUp, int steps) {
        LearningRate cosine = cosine(base, warmUp, steps);
        return done -> done == 0 ? base : cosine.at(done);
    }
}

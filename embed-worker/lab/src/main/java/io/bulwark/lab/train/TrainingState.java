package io.bulwark.lab.train;

/**
 * Everything that a training carries from step to step.
 *
 * @param steps taken
 * @param weights of the tuned encoder, in the order of its parameters; modified by training, as are the others
 * @param mean AdamW's running mean of gradients
 * @param square AdamW's running mean of their squares
 * @param average running average of the weights
 * @param best the best so far; null before the first look, or where training does not look for it
 */
public record TrainingState(
        int steps, float[] weights, float[] mean, float[] square, float[] average, BestWeights best) {

    public static TrainingState of(float[] weights) {
        return new TrainingState(
                0, weights, new float[weights.length], new float[weights.length], weights.clone(), null);
    }

    TrainingState after(int moreSteps) {
        return new TrainingState(steps + moreSteps, weights, mean, square, average, best);
    }

    TrainingState withBest(BestWeights found) {
        return new TrainingState(steps, weights, mean, square, average, found);
    }
}

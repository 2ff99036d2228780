package io.bulwark.lab.attack;

import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;

/** A made-up objective: the mean over a sample's values of one function, success by its first value. */
public record PointwiseObjective(DoubleUnaryOperator value, DoubleUnaryOperator derivative, DoublePredicate wins)
        implements Objective {

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        return differentiate(pixels, samples).scores();
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        int length = pixels.length / samples.length;
        float[] gradient = new float[pixels.length];
        Scores scores = new Scores(new float[samples.length], new boolean[samples.length]);
        for (int row = 0; row < samples.length; row++) {
            for (int i = row * length; i < (row + 1) * length; i++) {
                scores.losses()[row] += (float) (value.applyAsDouble(pixels[i]) / length);
                gradient[i] = (float) (derivative.applyAsDouble(pixels[i]) / length);
            }
            scores.fooled()[row] = wins.test(pixels[row * length]);
        }
        return new Evaluation(scores, gradient);
    }
}

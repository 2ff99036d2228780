package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.Objective;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Two encoders that see the same pixels, attacked together.
 *
 * @param encoders objective of each, whose losses are minus the margin for a flagged picture
 * @param scales what each loss is divided by, so that neither drowns the other
 * @param needed loss of each from which on it agrees with the attacker; read where the worse counts
 * @param worse whether the loss is that of the encoder that is further from agreeing; else it is the mean of both
 */
record BothEncoders(List<Objective> encoders, double[] scales, double[] needed, boolean worse) implements Objective {

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        List<float[]> losses = encoders.stream()
                .map(encoder -> encoder.ask(pixels, samples).losses())
                .toList();
        float[] joined = new float[samples.length];
        for (int row = 0; row < samples.length; row++) {
            double[] surplus = surplus(losses, row);
            double[] weights = weights(surplus);
            joined[row] = (float) (weights[0] * surplus[0] + weights[1] * surplus[1]);
        }
        return new Scores(joined, new boolean[samples.length]);
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        List<Evaluation> both = encoders.stream()
                .map(encoder -> encoder.differentiate(pixels, samples))
                .toList();
        List<float[]> losses =
                both.stream().map(evaluation -> evaluation.scores().losses()).toList();
        float[] joined = new float[samples.length];
        float[] gradient = new float[pixels.length];
        int length = pixels.length / samples.length;
        for (int row = 0; row < samples.length; row++) {
            double[] surplus = surplus(losses, row);
            double[] weights = weights(surplus);
            joined[row] = (float) (weights[0] * surplus[0] + weights[1] * surplus[1]);
            for (int e = 0; e < 2; e++) {
                for (int i = row * length; i < (row + 1) * length; i++) {
                    gradient[i] += (float) (weights[e] / scales[e] * both.get(e).gradient()[i]);
                }
            }
        }
        return new Evaluation(new Scores(joined, new boolean[samples.length]), gradient);
    }

    /** How far each is beyond agreeing, in its scale. */
    private double[] surplus(List<float[]> losses, int row) {
        return IntStream.range(0, 2)
                .mapToDouble(e -> (losses.get(e)[row] - needed[e]) / scales[e])
                .toArray();
    }

    private double[] weights(double[] surplus) {
        if (!worse) {
            return new double[] {0.5, 0.5};
        }
        return surplus[0] < surplus[1] ? new double[] {1, 0} : new double[] {0, 1};
    }
}

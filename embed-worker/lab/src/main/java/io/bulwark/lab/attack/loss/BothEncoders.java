package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.Objective;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Two encoders that see the same pictures, attacked together. Fooled is what fools both.
 *
 * @param encoders objective of each, of the same samples
 * @param scales what each loss is divided by, so that neither drowns the other
 * @param needed loss of each from which on it agrees with the attacker; read where the worse counts
 * @param worse whether the loss is that of the encoder that is further from agreeing; else it is the mean of both
 */
public record BothEncoders(List<Objective> encoders, double[] scales, double[] needed, boolean worse)
        implements Objective {

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        return joined(
                encoders.stream().map(encoder -> encoder.ask(pixels, samples)).toList());
    }

    private Scores joined(List<Scores> both) {
        boolean[] fooled = new boolean[both.get(0).fooled().length];
        float[] losses = new float[fooled.length];
        for (int row = 0; row < losses.length; row++) {
            double[] surplus = surplus(both, row);
            double[] weights = weights(surplus);
            losses[row] = (float) (weights[0] * surplus[0] + weights[1] * surplus[1]);
            fooled[row] = both.get(0).fooled()[row] && both.get(1).fooled()[row];
        }
        return new Scores(losses, fooled);
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        List<Evaluation> both = encoders.stream()
                .map(encoder -> encoder.differentiate(pixels, samples))
                .toList();
        List<Scores> scores = both.stream().map(Evaluation::scores).toList();
        float[] gradient = new float[pixels.length];
        int length = pixels.length / samples.length;
        for (int row = 0; row < samples.length; row++) {
            double[] weights = weights(surplus(scores, row));
            for (int e = 0; e < 2; e++) {
                for (int i = row * length; i < (row + 1) * length; i++) {
                    gradient[i] += (float) (weights[e] / scales[e] * both.get(e).gradient()[i]);
                }
            }
        }
        return new Evaluation(joined(scores), gradient);
    }

    /** How far each is beyond agreeing, in its scale. */
    private double[] surplus(List<Scores> both, int row) {
        return IntStream.range(0, 2)
                .mapToDouble(e -> (both.get(e).losses()[row] - needed[e]) / scales[e])
                .toArray();
    }

    private double[] weights(double[] surplus) {
        if (!worse) {
            return new double[] {0.5, 0.5};
        }
        return surplus[0] < surplus[1] ? new double[] {1, 0} : new double[] {0, 1};
    }
}

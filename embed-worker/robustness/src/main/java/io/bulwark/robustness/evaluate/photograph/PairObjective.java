package io.bulwark.robustness.evaluate.photograph;

import io.bulwark.robustness.attack.Objective;
import java.util.List;

/**
 * Two encoders that see the same pixels, attacked together.
 *
 * @param encoders objective of each, whose losses are minus the margin for a flagged picture
 * @param scales what each loss is divided by, so that neither drowns the other
 * @param needed loss of each from which on it agrees with the attacker; read where the worse counts
 * @param worse whether the loss is that of the encoder that is further from agreeing; else it is the mean of both
 */
record PairObjective(List<Objective> encoders, double[] scales, double[] needed, boolean worse) implements Objective {

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        return evaluate(
                        List.of(
                                new Evaluation(encoders.get(0).ask(pixels, samples), new float[pixels.length]),
                                new Evaluation(encoders.get(1).ask(pixels, samples), new float[pixels.length])),
                        samples.length)
                .scores();
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        return evaluate(
                List.of(
                        encoders.get(0).differentiate(pixels, samples),
                        encoders.get(1).differentiate(pixels, samples)),
                samples.length);
    }

    private Evaluation evaluate(List<Evaluation> both, int count) {
        float[] losses = new float[count];
        float[] gradient = new float[both.get(0).gradient().length];
        int length = gradient.length / count;
        for (int row = 0; row < count; row++) {
            double[] surplus = new double[2];
            for (int e = 0; e < 2; e++) {
                surplus[e] = (both.get(e).scores().losses()[row] - needed[e]) / scales[e];
            }
            int further = surplus[0] < surplus[1] ? 0 : 1;
            losses[row] = (float) (worse ? surplus[further] : (surplus[0] + surplus[1]) / 2);
            for (int e = 0; e < 2; e++) {
                double weight = (worse ? e == further ? 1 : 0 : 0.5) / scales[e];
                for (int i = row * length; i < (row + 1) * length; i++) {
                    gradient[i] += (float) (weight * both.get(e).gradient()[i]);
                }
            }
        }
        return new Evaluation(new Scores(losses, new boolean[count]), gradient);
    }
}

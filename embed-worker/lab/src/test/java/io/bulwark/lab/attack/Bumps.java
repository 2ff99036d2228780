package io.bulwark.lab.attack;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A made-up objective with many hills: sums of sines of random projections of the pixels. A sample is fooled where its
 * loss exceeds a random bound, so that some are easy, some hard and some out of reach.
 */
public class Bumps implements Objective {

    private static final int WAVES = 4;

    private final int length;
    private final float[] clean;
    private final double[][][] directions;
    private final double[] bounds;

    public Bumps(int count, int length, long seed) {
        Random random = new Random(seed);
        this.length = length;
        this.clean = new float[count * length];
        this.directions = new double[count][WAVES][length];
        this.bounds = new double[count];
        for (int i = 0; i < clean.length; i++) {
            clean[i] = random.nextFloat();
        }
        for (int sample = 0; sample < count; sample++) {
            for (double[] direction : directions[sample]) {
                Arrays.setAll(direction, i -> random.nextGaussian() * 4);
            }
            bounds[sample] = random.nextDouble() * WAVES;
        }
    }

    private Bumps(int length, float[] clean, double[][] directions, double bound) {
        this.length = length;
        this.clean = clean;
        this.directions = new double[][][] {directions};
        this.bounds = new double[] {bound};
    }

    /** The same objective of one sample. */
    public Bumps alone(int sample) {
        return new Bumps(
                length,
                Arrays.copyOfRange(clean, sample * length, (sample + 1) * length),
                directions[sample],
                bounds[sample]);
    }

    public float[] clean() {
        return clean;
    }

    public int count() {
        return bounds.length;
    }

    public int[] samples() {
        return IntStream.range(0, count()).toArray();
    }

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        return differentiate(pixels, samples).scores();
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        float[] gradient = new float[pixels.length];
        Scores scores = new Scores(new float[samples.length], new boolean[samples.length]);
        for (int row = 0; row < samples.length; row++) {
            double loss = 0;
            for (double[] direction : directions[samples[row]]) {
                double phase = 0;
                for (int i = 0; i < length; i++) {
                    phase += direction[i] * pixels[row * length + i];
                }
                loss += Math.sin(phase);
                for (int i = 0; i < length; i++) {
                    gradient[row * length + i] += (float) (Math.cos(phase) * direction[i]);
                }
            }
            scores.losses()[row] = (float) loss;
            scores.fooled()[row] = loss > bounds[samples[row]];
        }
        return new Evaluation(scores, gradient);
    }
}

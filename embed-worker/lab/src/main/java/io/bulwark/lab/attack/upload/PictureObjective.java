package io.bulwark.lab.attack.upload;

import io.bulwark.lab.attack.Objective;
import java.util.Arrays;

/** An objective that looks at one picture after the other. One thread. */
abstract class PictureObjective implements Objective {

    /**
     * Looks at one picture.
     *
     * @param pixels {@code [3, h, w]}
     * @param scores take loss and success at the row
     * @param back takes the gradient by the pixels; null where none is wanted
     */
    abstract void one(int sample, float[] pixels, Scores scores, int row, float[] back);

    @Override
    public final Scores ask(float[] pixels, int[] samples) {
        return each(pixels, samples, null);
    }

    @Override
    public final Evaluation differentiate(float[] pixels, int[] samples) {
        float[] gradient = new float[pixels.length];
        return new Evaluation(each(pixels, samples, gradient), gradient);
    }

    private Scores each(float[] pixels, int[] samples, float[] gradient) {
        Scores scores = new Scores(new float[samples.length], new boolean[samples.length]);
        int length = samples.length == 0 ? 0 : pixels.length / samples.length;
        for (int row = 0; row < samples.length; row++) {
            float[] back = gradient == null ? null : new float[length];
            one(samples[row], Arrays.copyOfRange(pixels, row * length, (row + 1) * length), scores, row, back);
            if (gradient != null) {
                System.arraycopy(back, 0, gradient, row * length, length);
            }
        }
        return scores;
    }
}

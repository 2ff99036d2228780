package io.bulwark.lab.evaluate.mask;

import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.lab.attack.Objective;
import io.bulwark.perception.encoder.DifferentiableMask;
import java.util.Arrays;

/**
 * What an attacker of a mask raises: the mean over pixels of the logarithm of how little, or how much, each counts as
 * marked. One thread at a time.
 *
 * @param gradients of the mask's network; not closed by this
 * @param answer decides
 * @param goal what the attacker wants
 * @param width of the picture, a multiple of {@link MaskLayers#STEP}
 * @param height of the picture, a multiple of it
 */
record MaskObjective(DifferentiableMask gradients, Answer answer, Goal goal, int width, int height)
        implements Objective {

    /** What the attacker wants. */
    enum Goal {
        /** What is to be found is there, and no view is taken of it. */
        BLIND,
        /** A view is taken though there is nothing to be found. */
        FIRE
    }

    /** What a worker makes of the mask. */
    interface Answer {

        /**
         * Whether it takes the further view.
         *
         * @param rgb {@code [height, width, 3]} unsigned bytes
         */
        boolean fires(byte[] rgb, int width, int height);
    }

    /** Steps of a level in the network's input. */
    private static final float PER_UNIT = MaskNetwork.input(255) - MaskNetwork.input(0);

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        return scores(pixels, gradients.logits(input(pixels), samples.length, height, width), samples.length);
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        float[][] seen = new float[1][];
        float[] byInput = gradients
                .gradient(
                        input(pixels),
                        samples.length,
                        height,
                        width,
                        logits -> {
                            seen[0] = logits;
                            return slope(logits, samples.length);
                        },
                        false)
                .pixels();
        for (int i = 0; i < byInput.length; i++) {
            byInput[i] *= PER_UNIT;
        }
        return new Evaluation(scores(pixels, seen[0], samples.length), byInput);
    }

    private static float[] input(float[] pixels) {
        float[] input = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            input[i] = MaskNetwork.input(0) + PER_UNIT * pixels[i];
        }
        return input;
    }

    /** Of the logarithm of the wanted side's probability, averaged over pixels. */
    private float[] slope(float[] logits, int count) {
        float[] slope = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            double marked = 1 / (1 + Math.exp(-logits[i]));
            slope[i] = (float) ((goal == Goal.FIRE ? 1 - marked : -marked) * count / logits.length);
        }
        return slope;
    }

    private Scores scores(float[] pixels, float[] logits, int count) {
        int length = logits.length / count;
        float[] losses = new float[count];
        boolean[] fooled = new boolean[count];
        for (int row = 0; row < count; row++) {
            double sum = 0;
            for (int i = row * length; i < (row + 1) * length; i++) {
                double wanted = goal == Goal.FIRE ? logits[i] : -logits[i];
                sum -= Math.max(-wanted, 0) + Math.log1p(Math.exp(-Math.abs(wanted)));
            }
            losses[row] = (float) (sum / length);
            fooled[row] =
                    fires(Arrays.copyOfRange(pixels, row * 3 * length, (row + 1) * 3 * length)) == (goal == Goal.FIRE);
        }
        return new Scores(losses, fooled);
    }

    /**
     * Whether a worker takes the further view.
     *
     * @param pixels {@code [3, height, width]} in [0, 1], rounded to levels here
     */
    boolean fires(float[] pixels) {
        return answer.fires(rgb(pixels, width, height), width, height);
    }

    /** Pixels as a mask takes them. */
    static byte[] rgb(float[] pixels, int width, int height) {
        byte[] rgb = new byte[pixels.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(255 * pixels[i % 3 * width * height + i / 3]);
        }
        return rgb;
    }

    /** Pixels as an attack takes them. */
    static float[] pixels(byte[] rgb, int width, int height) {
        float[] pixels = new float[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            pixels[i % 3 * width * height + i / 3] = (rgb[i] & 0xff) / 255f;
        }
        return pixels;
    }
}

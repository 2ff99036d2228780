package io.bulwark.lab.evaluate.mask;

import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.lab.attack.Objective;
import io.bulwark.perception.encoder.DifferentiableMask;
import java.util.Arrays;

/**
 * What an attacker of the text mask raises: the mean over pixels of the logarithm of how little, or how much, each
 * counts as text. One thread at a time.
 *
 * @param gradients of the mask's network; not closed by this
 * @param mask decides
 * @param goal what the attacker wants
 * @param width of the picture, a multiple of {@link MaskLayers#STEP}
 * @param height of the picture, a multiple of it
 */
record TextMaskObjective(DifferentiableMask gradients, TextMask mask, Goal goal, int width, int height)
        implements Objective {

    /** What the attacker wants. */
    enum Goal {
        /** Text stays, and no view is taken behind it. */
        BLIND,
        /** A view is taken though there is no text. */
        FIRE
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
            double text = 1 / (1 + Math.exp(-logits[i]));
            slope[i] = (float) ((goal == Goal.FIRE ? 1 - text : -text) * count / logits.length);
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
        byte[] rgb = new byte[pixels.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(255 * pixels[i % 3 * width * height + i / 3]);
        }
        return mask.of(rgb, width, height).isPresent();
    }
}

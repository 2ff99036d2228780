package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.util.Arrays;
import java.util.List;

/**
 * A loss of what the encoder sees of an uploaded file: the track <i>uploaded file</i>. The forward pass is the real
 * one: rounded to 8 bits within the threat model, encoded, decoded, resized to every view. The backward pass is the
 * transpose of the resizing and goes straight through the roundings and the encoding.
 *
 * <p>Pictures of one objective have one size. A picture's loss joins its views' smoothly: that of the view furthest
 * from what the attacker wants where all must be won, that of the nearest where one is enough.
 */
public final class UploadObjective extends PictureObjective {

    /** How sharply views are told apart, in units of the loss: cosines. */
    private static final double SMOOTHNESS = 0.02;

    /** Views embedded at once; more cost memory and, on a CPU, time. */
    private static final int BATCH = 8;

    private final DifferentiableEncoder encoder;
    private final UploadPath uploads;
    private final EightBits[] rounding;
    private final EmbeddingLoss loss;
    private final boolean everyView;
    private final int height;
    private final int width;

    /**
     * @param encoder one that nothing else uses meanwhile
     * @param uploads the way of a file
     * @param clean the picture of each sample, all of one size
     * @param threat what may be done to it, before it is encoded
     * @param loss of each view's embedding; its samples are the pictures
     * @param everyView whether all views must be won, or one is enough
     */
    public UploadObjective(
            DifferentiableEncoder encoder,
            UploadPath uploads,
            List<UprightPicture> clean,
            ThreatModel threat,
            EmbeddingLoss loss,
            boolean everyView) {
        this.encoder = encoder;
        this.uploads = uploads;
        this.rounding =
                clean.stream().map(picture -> new EightBits(threat, picture)).toArray(EightBits[]::new);
        this.loss = loss;
        this.everyView = everyView;
        this.height = clean.get(0).height();
        this.width = clean.get(0).width();
        if (clean.stream().anyMatch(picture -> picture.height() != height || picture.width() != width)) {
            throw new IllegalArgumentException("pictures of one batch must have one size");
        }
    }

    /** What an attack starts from: {@code [pictures, 3, h, w]} in [0, 1]. */
    public static float[] pixels(List<UprightPicture> pictures) {
        int length = pictures.get(0).rgb().length;
        float[] pixels = new float[pictures.size() * length];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(EightBits.planes(pictures.get(i)), 0, pixels, i * length, length);
        }
        return pixels;
    }

    /**
     * The picture that is uploaded for an attack's pixels.
     *
     * @param pixels {@code [3, h, w]}
     */
    public UprightPicture upload(int sample, float[] pixels) {
        return rounding[sample].round(pixels);
    }

    @Override
    void one(int sample, float[] pixels, Scores scores, int row, float[] back) {
        UploadPath.Seen arrived = uploads.see(upload(sample, pixels));
        List<View> views = arrived.views();
        Seen seen = see(views, sample, back != null);
        Joint joint = Joint.of(seen.losses, seen.fooled, everyView, SMOOTHNESS);
        scores.losses()[row] = (float) joint.loss();
        scores.fooled()[row] = joint.fooled();
        for (int view = 0; view < views.size() && back != null; view++) {
            if (joint.weights()[view] > 0) {
                arrived.pullBack(view, weighted(seen.gradients[view], joint.weights()[view]), back);
            }
        }
    }

    private Seen see(List<View> views, int sample, boolean differentiated) {
        Seen seen = new Seen(new float[views.size()], new boolean[views.size()], new float[views.size()][]);
        EncoderObjective perView = EncoderObjective.of(encoder, loss);
        for (int from = 0; from < views.size(); from += BATCH) {
            List<View> part = views.subList(from, Math.min(views.size(), from + BATCH));
            float[] planes = UploadPath.planes(part);
            int[] samples = new int[part.size()];
            Arrays.fill(samples, sample);
            Evaluation evaluation = differentiated
                    ? perView.differentiate(planes, samples)
                    : new Evaluation(perView.ask(planes, samples), null);
            int length = planes.length / part.size();
            for (int i = 0; i < part.size(); i++) {
                seen.losses[from + i] = evaluation.scores().losses()[i];
                seen.fooled[from + i] = evaluation.scores().fooled()[i];
                if (differentiated) {
                    seen.gradients[from + i] = Arrays.copyOfRange(evaluation.gradient(), i * length, (i + 1) * length);
                }
            }
        }
        return seen;
    }

    private static float[] weighted(float[] gradient, double weight) {
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= (float) weight;
        }
        return gradient;
    }

    /** What the views of one picture say. */
    private record Seen(float[] losses, boolean[] fooled, float[][] gradients) {}

    /**
     * Views joined into one.
     *
     * @param weights the derivative of the joint loss by each view's; they sum to 1
     */
    record Joint(double loss, boolean fooled, double[] weights) {

        static Joint of(float[] losses, boolean[] fooled, boolean every, double smoothness) {
            double sign = every ? -1 : 1;
            double extreme = Double.NEGATIVE_INFINITY;
            for (float one : losses) {
                extreme = Math.max(extreme, sign * one);
            }
            double[] weights = new double[losses.length];
            double sum = 0;
            boolean all = true;
            boolean any = false;
            for (int i = 0; i < losses.length; i++) {
                weights[i] = Math.exp((sign * losses[i] - extreme) / smoothness);
                sum += weights[i];
                all &= fooled[i];
                any |= fooled[i];
            }
            for (int i = 0; i < losses.length; i++) {
                weights[i] /= sum;
            }
            double mean = Math.log(sum / losses.length);
            return new Joint(sign * (extreme + smoothness * mean), every ? all : any, weights);
        }
    }
}

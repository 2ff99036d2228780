package io.bulwark.lab.train;

import java.util.Locale;

/**
 * How training goes, over the steps since the last report.
 *
 * @param step taken so far
 * @param steps in all
 * @param loss mean
 * @param cleanCosine of the tuned encoder's embeddings of pictures as they are to the parent's; NaN where none are learnt
 * @param robustCosine of its embeddings of perturbed pictures to the parent's of the pictures as they are
 * @param everydayCosine of its embeddings of everyday versions to the same; NaN where none are learnt
 * @param headAgreement share of clean pictures that the classifier gives the parent's class; NaN where there is none
 * @param cleanAccuracy share of clean pictures that the goal's prototypes give their class; NaN where there are none, or
 *     none are learnt
 * @param robustAccuracy the same of perturbed pictures
 * @param heldOutLoss of pictures kept from training, at the last look; NaN without held-out pictures
 * @param gradientNorm of the last step, before clipping
 * @param rate of the last step
 * @param imagesPerSecond pictures of batches
 */
public record StepReport(
        int step,
        int steps,
        double loss,
        double cleanCosine,
        double robustCosine,
        double everydayCosine,
        double headAgreement,
        double cleanAccuracy,
        double robustAccuracy,
        double heldOutLoss,
        double gradientNorm,
        double rate,
        double imagesPerSecond) {

    /** One line for people; what does not apply is left out. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "step %d/%d loss %.3f", step, steps, loss)
                + known(" clean-cosine %.4f", cleanCosine)
                + known(" robust-cosine %.4f", robustCosine)
                + known(" everyday-cosine %.4f", everydayCosine)
                + known(" head-agreement %.3f", headAgreement)
                + known(" clean-accuracy %.3f", cleanAccuracy)
                + known(" robust-accuracy %.3f", robustAccuracy)
                + known(" held-out-loss %.4f", heldOutLoss)
                + String.format(
                        Locale.ROOT, " gradient %.2f rate %.2e images/s %.1f", gradientNorm, rate, imagesPerSecond);
    }

    private static String known(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }
}

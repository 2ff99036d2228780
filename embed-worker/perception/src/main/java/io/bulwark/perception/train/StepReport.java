package io.bulwark.perception.train;

import java.util.Locale;

/**
 * How training goes, over the steps since the last report.
 *
 * @param step taken so far
 * @param steps in all
 * @param loss mean
 * @param cleanCosine of the tuned encoder's embeddings of pictures as they are to the parent's; NaN where none are learnt
 * @param robustCosine of its embeddings of perturbed pictures to the parent's of the pictures as they are
 * @param headAgreement share of clean pictures that the classifier gives the parent's class; NaN where there is none
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
        double headAgreement,
        double gradientNorm,
        double rate,
        double imagesPerSecond) {

    /** One line for people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "step %d/%d loss %.3f clean-cosine %.4f robust-cosine %.4f head-agreement %.3f gradient %.2f rate %.2e"
                        + " images/s %.1f",
                step,
                steps,
                loss,
                cleanCosine,
                robustCosine,
                headAgreement,
                gradientNorm,
                rate,
                imagesPerSecond);
    }
}

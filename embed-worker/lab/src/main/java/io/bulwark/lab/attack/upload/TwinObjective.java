package io.bulwark.lab.attack.upload;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.util.List;

/**
 * What an attacker climbs who knows that a twin watches: the robust encoder's loss, the clean one's, and how near the
 * two embeddings are to each other, {@code robust + a clean + b cosine}. A twin that is fooled along, or that sees the
 * picture where the robust encoder sees it, raises no alarm (Carlini and Wagner, "Adversarial Examples Are Not Easily
 * Detected", 2017: a detector counts only against an attacker who knows it). Won is what the attacker wants of both
 * together.
 *
 * <p>Each encoder sees the uploaded picture, rounded to 8 bits within the threat model, through its own preprocessing.
 * Pictures of one objective have one size. One thread.
 */
public final class TwinObjective extends PictureObjective {

    private final Seer robust;
    private final Seer clean;
    private final Weights weights;
    private final EightBits[] rounding;
    private final Won won;

    /**
     * An encoder that sees, and what is raised of it.
     *
     * @param encoder one that nothing else uses meanwhile
     * @param loss its samples are the pictures
     */
    public record Seer(DifferentiableEncoder encoder, EmbeddingLoss loss) {}

    /**
     * What the parts count beside the robust encoder's loss.
     *
     * @param clean of the clean encoder's loss, 0 or more
     * @param nearness of the cosine of the two embeddings, 0 or more; counts only where they have one dimension
     */
    public record Weights(double clean, double nearness) {}

    /** Whether the attacker has what he wants. */
    @FunctionalInterface
    public interface Won {

        /**
         * Judges.
         *
         * @param robust {@code [D]}, not normalised
         * @param clean {@code [D]}, not normalised
         */
        boolean by(int sample, float[] robust, float[] clean);
    }

    /**
     * @param pictures that are attacked, all of one size
     * @param threat what may be done to them
     */
    public TwinObjective(
            Seer robust, Seer clean, Weights weights, List<UprightPicture> pictures, ThreatModel threat, Won won) {
        this.robust = robust;
        this.clean = clean;
        this.weights = weights;
        this.won = won;
        rounding =
                pictures.stream().map(picture -> new EightBits(threat, picture)).toArray(EightBits[]::new);
    }

    @Override
    void one(int sample, float[] pixels, Scores scores, int row, float[] back) {
        UprightPicture upload = rounding[sample].round(pixels);
        UploadPath.Seen byRobust = seen(robust, upload);
        UploadPath.Seen byClean = seen(clean, upload);
        float[] ofRobust = embedded(robust, byRobust);
        float[] ofClean = embedded(clean, byClean);
        int[] itself = {sample};
        EmbeddingLoss.Values robustValues = robust.loss().evaluate(ofRobust, itself);
        EmbeddingLoss.Values cleanValues = clean.loss().evaluate(ofClean, itself);
        UnitEmbedding unitRobust = UnitEmbedding.of(ofRobust);
        UnitEmbedding unitClean = UnitEmbedding.of(ofClean);
        double nearness = ofRobust.length == ofClean.length ? weights.nearness() : 0;
        scores.losses()[row] = (float) (robustValues.scores().losses()[0]
                + weights.clean() * cleanValues.scores().losses()[0]
                + (nearness == 0 ? 0 : nearness * unitRobust.dot(unitClean.values())));
        scores.fooled()[row] = won.by(sample, ofRobust, ofClean);
        if (back != null) {
            pullBack(robust, byRobust, slope(robustValues.slope(), 1, unitRobust, unitClean, nearness), back);
            pullBack(
                    clean, byClean, slope(cleanValues.slope(), weights.clean(), unitClean, unitRobust, nearness), back);
        }
    }

    private static UploadPath.Seen seen(Seer seer, UprightPicture upload) {
        return UploadPath.exact(seer.encoder().description().preprocess(), new UploadFormat.Png())
                .see(upload);
    }

    private static float[] embedded(Seer seer, UploadPath.Seen seen) {
        return seer.encoder().embed(UploadPath.planes(seen.views()), 1);
    }

    /** Of a loss and of the cosine with another unit row. */
    private static float[] slope(
            float[] ofLoss, double weight, UnitEmbedding own, UnitEmbedding other, double nearness) {
        float[] slope = new float[ofLoss.length];
        if (nearness > 0) {
            double[] byUnit = new double[slope.length];
            UnitEmbedding.add(byUnit, other.values(), nearness);
            own.pullBack(byUnit, slope);
        }
        for (int d = 0; d < slope.length; d++) {
            slope[d] += (float) (weight * ofLoss[d]);
        }
        return slope;
    }

    private static void pullBack(Seer seer, UploadPath.Seen seen, float[] slope, float[] back) {
        PreprocessSpec spec = seer.encoder().description().preprocess();
        float[] byInput = seer.encoder()
                .gradient(UploadPath.planes(seen.views()), 1, spec.height(), spec.width(), embeddings -> slope)
                .inputGradient();
        seen.pullBack(0, byInput, back);
    }
}

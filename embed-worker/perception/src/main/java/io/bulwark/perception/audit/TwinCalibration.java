package io.bulwark.perception.audit;

import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.LeaveOneOut;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.VerdictPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A threshold for a pair of encoders, found on clean images.
 *
 * @param images that it was found on
 * @param budget of false positives that it keeps to
 * @param threshold above which {@link TwinAuditor} fires
 * @param differing of the images, those that the two decide differently
 * @param fired of the images, those that the threshold itself calls suspicious
 */
public record TwinCalibration(int images, double budget, double threshold, int differing, int fired) {

    private static final String TENANT = "default";
    private static final String VIEW = "whole";

    /** Thresholds are written down with four decimals, rounded up: rounding down could break the budget. */
    private static final double DECIMALS = 1e4;

    /**
     * Calibrates on what the two say of clean images, each seen as the worker sees it.
     *
     * @param clean one an image
     * @param budget of false positives, in (0, 1)
     * @throws IllegalArgumentException if there are fewer images than the budget needs
     */
    public static TwinCalibration of(List<Disagreement> clean, double budget) {
        double[] scores = clean.stream().mapToDouble(Disagreement::score).toArray();
        double threshold = Math.min(1, Math.ceil(ConformalThreshold.of(scores, budget) * DECIMALS) / DECIMALS);
        int differing =
                (int) clean.stream().filter(Disagreement::decisionsDiffer).count();
        int fired = (int) clean.stream()
                .filter(disagreement -> disagreement.score() > threshold)
                .count();
        return new TwinCalibration(clean.size(), budget, threshold, differing, fired);
    }

    /**
     * Calibrates on the references alone: each is decided by all the others, in either bank. Near-duplicates in a bank
     * vouch for each other, and references have one view; where traffic is harder than the bank, images of it serve
     * better.
     *
     * @param robust references of the robust encoder
     * @param clean the same references of its twin
     * @param robustPolicy by which the robust encoder decides
     * @param cleanPolicy by which the twin decides
     * @param budget of false positives, in (0, 1)
     * @throws TwinBankException if the two do not hold the same references
     * @throws IllegalArgumentException if there are fewer references than the budget needs
     */
    public static TwinCalibration leaveOneOut(
            List<LabelledEmbedding> robust,
            List<LabelledEmbedding> clean,
            VerdictPolicy robustPolicy,
            VerdictPolicy cleanPolicy,
            double budget) {
        TwinBanks.requireSame(robust, clean);
        List<LeaveOneOut> ofRobust = LeaveOneOut.of(robust, robustPolicy.k());
        List<LeaveOneOut> ofClean = LeaveOneOut.of(clean, cleanPolicy.k());
        List<Disagreement> disagreements = new ArrayList<>(ofRobust.size());
        for (int i = 0; i < ofRobust.size(); i++) {
            disagreements.add(Disagreement.of(
                    testimony(ofRobust.get(i), robustPolicy),
                    testimony(ofClean.get(i), cleanPolicy),
                    Drift.byView(
                            List.of(ofRobust.get(i).reference().embedding()),
                            List.of(ofClean.get(i).reference().embedding()))));
        }
        return of(disagreements, budget);
    }

    private static Testimony testimony(LeaveOneOut left, VerdictPolicy policy) {
        List<Opinion> opinions = List.of(new Opinion(VIEW, left.nearest(), Map.of()));
        Judgement judgement = policy.decide(TENANT, opinions);
        return new Testimony(judgement, opinions);
    }
}

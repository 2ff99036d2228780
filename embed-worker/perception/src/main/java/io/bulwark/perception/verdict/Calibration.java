package io.bulwark.perception.verdict;

import java.util.List;
import java.util.Map;

/**
 * Settings that suit a bank, and how the bank does with them on itself: every reference is decided by all the others
 * (leave one out).
 *
 * <p>Near-duplicates in a bank make it look better here than it is: each vouches for the other.
 *
 * @param references in the bank
 * @param flagged of them under a flagged label
 * @param k neighbours that voted
 * @param temperature that of least log loss
 * @param logLoss at that temperature, in nats, flagged and unflagged references weighing the same
 * @param thresholds the widest that keep to the goal's errors
 * @param floor similarity of the nearest below which a view is unfamiliar
 * @param accuracy share of references decided as their label says; REVIEW counts as wrong
 * @param reviewRate share of references left to a person
 * @param falseFlagRate share of unflagged references decided NSFW
 * @param missRate share of flagged references decided SAFE
 * @param accuracyByLabel {@code accuracy} of each label's references, in the order of labels
 */
public record Calibration(
        int references,
        int flagged,
        int k,
        double temperature,
        double logLoss,
        Thresholds thresholds,
        double floor,
        double accuracy,
        double reviewRate,
        double falseFlagRate,
        double missRate,
        Map<String, Double> accuracyByLabel) {

    /**
     * Calibrates. Deterministic: the same references give the same numbers in any order.
     *
     * @param references at least one flagged and one unflagged
     * @throws IllegalArgumentException if all references are flagged, or none is
     * @throws io.bulwark.perception.bank.InvalidReferenceException if no bank takes one of the references
     */
    public static Calibration of(List<io.bulwark.perception.bank.LabelledEmbedding> references, CalibrationGoal goal) {
        return new Calibrator(LeaveOneOut.of(references, goal.k()), goal).calibrate();
    }

    /** These numbers as settings of every tenant, with the rest as it was. */
    public PolicySettings appliedTo(PolicySettings settings) {
        return new PolicySettings(
                k,
                temperature,
                floor,
                thresholds,
                settings.tenants(),
                settings.flaggedLabels(),
                settings.unfamiliar(),
                settings.flaggedClasses());
    }
}

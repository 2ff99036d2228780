package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.metric.NearDuplicates;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings that suit a bank, and how they do on the files that the thresholds were found on.
 *
 * <p>Files of a {@link CalibrationFile#cluster} count as one draw where something is promised: a cluster is an error where
 * one of its files is. Where each reference is decided by the others, near-duplicates make a bank look better than it is:
 * each vouches for the other.
 *
 * @param files that the thresholds were found on
 * @param flagged of them under a flagged label
 * @param clusters that these files fall into
 * @param views that the files have on average
 * @param k neighbours that voted
 * @param temperature that of least log loss
 * @param logLoss at that temperature, in nats, flagged and unflagged files weighing the same
 * @param thresholds the widest that keep to the goal's errors
 * @param floor similarity of the nearest below which a view is unfamiliar
 * @param knownSimilarity similarity to a flagged reference from which a view is a copy of it
 * @param falseFlags what is promised of false flags, where something is
 * @param misses what is promised of misses, where something is
 * @param accuracy share of files decided as their label says; REVIEW counts as wrong
 * @param reviewRate share of files left to a person
 * @param falseFlagRate share of unflagged files decided NSFW
 * @param missRate share of flagged files decided SAFE
 * @param unfamiliarRate share of files left to a person because nothing in the bank is near
 * @param accuracyByLabel {@code accuracy} of each label's files, in the order of labels
 * @param changed how they do on the same files after something that people do; empty where that was not looked at
 */
public record Calibration(
        int files,
        int flagged,
        NearDuplicates.Sizes clusters,
        double views,
        int k,
        double temperature,
        double logLoss,
        Thresholds thresholds,
        double floor,
        double knownSimilarity,
        Optional<Promise> falseFlags,
        Optional<Promise> misses,
        double accuracy,
        double reviewRate,
        double falseFlagRate,
        double missRate,
        double unfamiliarRate,
        Map<String, Double> accuracyByLabel,
        Optional<Changed> changed) {

    /**
     * How thresholds do on files that were changed as people change pictures, each in one way: of a mixture of the nine
     * kinds, not of each. Of a single kind more files may be flagged than is promised of all.
     *
     * @param files how many
     * @param flagged of them under a flagged label
     * @param falseFlags what is promised of false flags of such files, where something is
     * @param falseFlagRate share of unflagged files decided NSFW
     * @param missRate share of flagged files decided SAFE
     * @param reviewRate share of files left to a person
     * @param unfamiliarRate share of files left to a person because nothing in the bank is near
     */
    public record Changed(
            int files,
            int flagged,
            Optional<Promise> falseFlags,
            double falseFlagRate,
            double missRate,
            double reviewRate,
            double unfamiliarRate) {}

    /**
     * Calibrates on a bank alone: every reference is decided by all the others, as a file of one view. It promises
     * nothing of files that are seen in many views. Deterministic: the same references give the same numbers in any order.
     *
     * @param references at least one flagged and one unflagged
     * @throws IllegalArgumentException if all references are flagged, or none is
     * @throws io.bulwark.perception.bank.InvalidReferenceException if no bank takes one of the references
     */
    public static Calibration of(List<LabelledEmbedding> references, CalibrationGoal goal) {
        List<CalibrationFile> each = LeaveOneOut.of(references, goal.k()).stream()
                .map(CalibrationFile::of)
                .toList();
        return new Calibrator(each, each, List.of(), goal).calibrate();
    }

    /**
     * Calibrates on files as they are judged, in all their views. A false flag is a file, however many views it has.
     *
     * @param fitted files that temperature, floor and the similarity of known content are found on
     * @param judged other files, which the thresholds alone are found on
     * @throws IllegalArgumentException if all files of one of the two are flagged, or none is
     */
    public static Calibration of(List<CalibrationFile> fitted, List<CalibrationFile> judged, CalibrationGoal goal) {
        return of(fitted, judged, List.of(), goal);
    }

    /**
     * Calibrates on files as they are judged, and on the same files after something that people do, one drawn version of
     * each. False flags keep to the goal on both, each file counted once in either: drawing several versions of a file
     * would not make more files. For that the flag threshold alone is raised, so that what is no longer flagged goes to a
     * person. Misses keep to the goal on the files as they are; misses of changed files are reported.
     *
     * @param fitted files that temperature, floor and the similarity of known content are found on
     * @param judged other files, which the thresholds alone are found on
     * @param changed versions of the judged files, at most one of each; may be empty
     * @throws IllegalArgumentException if all files of one of the first two are flagged, or none is
     */
    public static Calibration of(
            List<CalibrationFile> fitted,
            List<CalibrationFile> judged,
            List<CalibrationFile> changed,
            CalibrationGoal goal) {
        return new Calibrator(fitted, judged, changed, goal).calibrate();
    }

    /**
     * Calibrates two encoders that decide together: NSFW where the first says so, SAFE where both do, to a person otherwise.
     * Misses keep to the goal for both together, false flags for the first.
     *
     * @param encoder the files as the first sees them: fitted, judged, and changed, as of {@link #of}
     * @param other the same files, in the same order, as the second sees them
     * @return settings of the first with what both came to, then settings of the second with what it would come to by itself
     * @throws IllegalArgumentException if the files are not the same, or as {@link #of}
     */
    public static List<Calibration> ofPair(
            List<List<CalibrationFile>> encoder, List<List<CalibrationFile>> other, CalibrationGoal goal) {
        for (int part = 0; part < 3; part++) {
            if (!labels(encoder.get(part)).equals(labels(other.get(part)))) {
                throw new IllegalArgumentException("The two encoders of a pair were shown different files");
            }
        }
        return new Calibrator(encoder.get(0), encoder.get(1), encoder.get(2), goal)
                .calibrateWith(new Calibrator(other.get(0), other.get(1), other.get(2), goal));
    }

    private static List<String> labels(List<CalibrationFile> files) {
        return files.stream().map(CalibrationFile::label).toList();
    }

    /** These numbers as settings, with the rest as it was. */
    public PolicySettings appliedTo(PolicySettings settings) {
        return new PolicySettings(
                k,
                temperature,
                floor,
                knownSimilarity,
                thresholds,
                settings.labels(),
                settings.unfamiliar(),
                settings.flaggedClasses());
    }
}

package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

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
     * @throws io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException if no bank takes one of the
     *     references
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

    /**
     * What a calibration aims at.
     *
     * @param k neighbours that vote, at least 1
     * @param flaggedLabels labels of the bank that are flagged
     * @param falseFlags greatest share of unflagged files that may be decided NSFW, in [0, 1)
     * @param misses greatest share of flagged files that may be decided SAFE, in [0, 1)
     * @param unfamiliar share of the files that the floor would call unfamiliar, in [0, 1)
     * @param delta probability with which the promise of the first two may fail, in (0, 1); empty where nothing is
     *     promised and the shares are those of the very files that it was calibrated on
     */
    public record CalibrationGoal(
            int k,
            Set<String> flaggedLabels,
            double falseFlags,
            double misses,
            double unfamiliar,
            OptionalDouble delta) {

        public CalibrationGoal {
            flaggedLabels = Set.copyOf(flaggedLabels);
            if (k < 1) {
                throw new IllegalArgumentException("k is " + k + ", allowed is 1 or more neighbours");
            }
            share("falseFlags", falseFlags);
            share("misses", misses);
            share("unfamiliar", unfamiliar);
            if (delta.isPresent() && !(delta.getAsDouble() > 0 && delta.getAsDouble() < 1)) {
                throw new IllegalArgumentException(
                        "delta is " + delta.getAsDouble() + ", allowed is a probability above 0 and below 1");
            }
        }

        /** Each error at most 2 %, and a floor that 1 % of the files lie below. */
        public static CalibrationGoal flagging(Set<String> flaggedLabels) {
            return new CalibrationGoal(
                    PolicySettings.DEFAULT_K, flaggedLabels, 0.02, 0.02, 0.01, OptionalDouble.empty());
        }

        /** The same, with a promise about files to come that fails with this probability. */
        public CalibrationGoal promising(double delta) {
            return new CalibrationGoal(k, flaggedLabels, falseFlags, misses, unfamiliar, OptionalDouble.of(delta));
        }

        private static void share(String name, double value) {
            if (!(value >= 0 && value < 1)) {
                throw new IllegalArgumentException(name + " is " + value + ", allowed is a share from 0 to below 1");
            }
        }
    }

    /**
     * What a threshold promises of files to come that are like those it was found on.
     *
     * @param files that it was found on and that nothing else saw, those of a cluster as one
     * @param errors that the threshold makes on them: a cluster is one where one of its files is
     * @param rate of errors that is not exceeded, in [0, 1]
     * @param confidence with which, in [0, 1)
     * @param kept whether the rate is the one that was asked for; else there were too few files for it, or no threshold
     *     makes so few errors, and this is the lowest that can be promised
     */
    public record Promise(int files, int errors, double rate, double confidence, boolean kept) {

        /**
         * The promise of a threshold.
         *
         * @param errors that it makes
         * @param allowed errors that it was allowed before it was known
         * @param wanted rate
         * @param delta probability with which it may fail
         */
        static Promise of(int files, int errors, int allowed, double wanted, double delta) {
            boolean kept = errors <= PacBound.allowed(files, wanted, delta);
            double rate = kept ? wanted : PacBound.promised(files, Math.max(errors, allowed), delta);
            return new Promise(files, errors, rate, 1 - delta, kept);
        }
    }
}

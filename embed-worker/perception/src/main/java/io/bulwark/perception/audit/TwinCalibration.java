package io.bulwark.perception.audit;

import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinAuditor.Drift;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.LeaveOneOut;
import io.bulwark.perception.verdict.PacBound;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A threshold for a pair of encoders, found on clean images.
 *
 * @param images that it was found on
 * @param budget of false positives that it is meant to keep to
 * @param delta probability that it does not; empty where nothing is promised
 * @param threshold above which {@link TwinAuditor} fires
 * @param differing images that the two decide differently
 * @param fired images that the threshold itself calls suspicious
 */
public record TwinCalibration(
        int images, double budget, OptionalDouble delta, double threshold, int differing, int fired) {

    /** Thresholds are written down with four decimals, rounded up: rounding down could break the budget. */
    private static final double DECIMALS = 1e4;

    /**
     * Calibrates on what the two say of clean images that nothing else saw, each seen as the worker sees it.
     *
     * @param clean one an image
     * @param budget of false positives, in (0, 1)
     * @param delta probability that the threshold does not keep to it, in (0, 1)
     * @throws IllegalArgumentException if there are fewer images than such a promise needs
     */
    public static TwinCalibration of(List<Disagreement> clean, double budget, double delta) {
        return at(PacThreshold.of(scores(clean), budget, delta), clean, budget, OptionalDouble.of(delta));
    }

    private static double[] scores(List<Disagreement> clean) {
        return clean.stream().mapToDouble(Disagreement::score).toArray();
    }

    private static TwinCalibration at(double exact, List<Disagreement> clean, double budget, OptionalDouble delta) {
        double threshold = Math.min(1, Math.ceil(exact * DECIMALS) / DECIMALS);
        int differing =
                (int) clean.stream().filter(Disagreement::decisionsDiffer).count();
        int fired = (int) clean.stream()
                .filter(disagreement -> disagreement.score() > threshold)
                .count();
        return new TwinCalibration(clean.size(), budget, delta, threshold, differing, fired);
    }

    /**
     * Calibrates on the references alone: each picture is decided by all the others, in either bank, by all the views
     * that the bank has of it. No rate is promised: near-duplicates in a bank vouch for each other, and the references
     * decide each other. Where clean images are at hand that are in no bank, {@link #of} keeps what it promises.
     *
     * @param robust references of the robust encoder
     * @param clean the same references of its twin
     * @param robustPolicy by which the robust encoder decides
     * @param cleanPolicy by which the twin decides
     * @param pictureOf the picture that a reference's id belongs to
     * @param budget of false positives, in (0, 1)
     * @throws TwinBanks.TwinBankException if the two do not hold the same references
     * @throws IllegalArgumentException if there are fewer pictures than the budget needs
     */
    public static TwinCalibration leaveOneOut(
            List<LabelledEmbedding> robust,
            List<LabelledEmbedding> clean,
            VotingPolicy robustPolicy,
            VotingPolicy cleanPolicy,
            UnaryOperator<String> pictureOf,
            double budget) {
        TwinBanks.requireSame(robust, clean);
        Collection<List<LeaveOneOut>> ofRobust = byPicture(robust, robustPolicy, pictureOf);
        Iterator<List<LeaveOneOut>> ofClean =
                byPicture(clean, cleanPolicy, pictureOf).iterator();
        List<Disagreement> disagreements = ofRobust.stream()
                .map(views -> disagreement(views, ofClean.next(), robustPolicy, cleanPolicy))
                .toList();
        return at(ConformalThreshold.of(scores(disagreements), budget), disagreements, budget, OptionalDouble.empty());
    }

    /** The views of each picture; in the same order for both banks, since both hold the same ids. */
    private static Collection<List<LeaveOneOut>> byPicture(
            List<LabelledEmbedding> references, VotingPolicy policy, UnaryOperator<String> pictureOf) {
        Map<String, List<LeaveOneOut>> pictures = new TreeMap<>();
        for (LeaveOneOut left : LeaveOneOut.of(references, policy.k(), pictureOf)) {
            pictures.computeIfAbsent(pictureOf.apply(left.reference().id()), picture -> new ArrayList<>())
                    .add(left);
        }
        return pictures.values();
    }

    private static Disagreement disagreement(
            List<LeaveOneOut> robust, List<LeaveOneOut> clean, VotingPolicy robustPolicy, VotingPolicy cleanPolicy) {
        return Disagreement.of(
                Decider.decideLeftOut(robustPolicy, robust),
                Decider.decideLeftOut(cleanPolicy, clean),
                Drift.byView(embeddings(robust), embeddings(clean)));
    }

    private static List<float[]> embeddings(List<LeaveOneOut> views) {
        return views.stream().map(view -> view.reference().embedding()).toList();
    }

    /**
     * A detector's threshold from its scores on clean images, with a promise for the next one.
     *
     * <p>The threshold is the {@code ceil((n + 1) (1 - budget))}-th smallest of the {@code n} scores, and the detector
     * fires above it. Then a further clean image, exchangeable with those {@code n}, fires with a probability of at
     * most {@code budget}, whatever the scores' distribution, ties included (Vovk, Gammerman, Shafer, "Algorithmic
     * Learning in a Random World", 2005; Angelopoulos and Bates, "Conformal Prediction: A Gentle Introduction", 2023).
     * The promise is over the draw of the calibration images, too: for one drawn set the rate scatters around the
     * budget with a variance of about {@code budget (1 - budget) / (n + 2)}.
     */
    public static final class ConformalThreshold {

        private ConformalThreshold() {}

        /** Clean images that a budget needs at least: with fewer no score is rare enough. 99 for 1 %. */
        public static int imagesNeeded(double budget) {
            if (!(budget > 0 && budget < 1)) {
                throw new IllegalArgumentException(
                        "The budget of false positives is " + budget + ", allowed is a share above 0 and below 1");
            }
            // Rounded first, so that 1 / 0.01 - 1 is 99 and not a hair above.
            return (int) Math.ceil(Math.round((1 / budget - 1) * 1e6) / 1e6);
        }

        /**
         * The threshold.
         *
         * @param cleanScores in any order; not modified
         * @param budget greatest probability that a clean image fires, in (0, 1)
         * @throws IllegalArgumentException if there are fewer scores than {@link #imagesNeeded}
         */
        public static double of(double[] cleanScores, double budget) {
            int needed = imagesNeeded(budget);
            if (cleanScores.length < needed) {
                throw new IllegalArgumentException(
                        cleanScores.length + " clean images cannot tell a false-positive rate " + "of " + budget
                                + ", at least " + needed + " are needed");
            }
            double[] ascending = cleanScores.clone();
            Arrays.sort(ascending);
            int rank = (int) Math.ceil(Math.round((ascending.length + 1) * (1 - budget) * 1e6) / 1e6);
            return ascending[rank - 1];
        }
    }

    /**
     * A detector's threshold from its scores on clean images that nothing else saw, with a promise about the threshold
     * itself: with a probability of at least {@code 1 - delta} over the draw of those images, at most {@code budget} of
     * all clean images fire. It is the smallest score that leaves no more of them above it than {@link
     * PacBound#allowed} allows.
     *
     * <p>A conformal rank promises the same only on average over such draws, and on images that decide each other it
     * promises nothing: near-duplicates in a bank vouch for each other.
     */
    public static final class PacThreshold {

        private PacThreshold() {}

        /**
         * The threshold.
         *
         * @param cleanScores in any order; not modified
         * @param budget greatest share of clean images that may fire, in (0, 1)
         * @param delta probability that more do, in (0, 1)
         * @throws IllegalArgumentException if there are too few scores for a promise, or a number is out of its range
         */
        public static double of(double[] cleanScores, double budget, double delta) {
            if (!(budget > 0 && budget < 1) || !(delta > 0 && delta < 1)) {
                throw new IllegalArgumentException(
                        "budget is %s and delta %s, allowed are shares above 0 and below 1".formatted(budget, delta));
            }
            int allowed = PacBound.allowed(cleanScores.length, budget, delta);
            if (allowed < 0) {
                throw new IllegalArgumentException(
                        "%d clean images cannot promise a false-positive rate of %s at a confidence of %s, at least %d are needed"
                                .formatted(cleanScores.length, budget, 1 - delta, PacBound.fewest(budget, delta)));
            }
            double[] ascending = cleanScores.clone();
            Arrays.sort(ascending);
            return ascending[ascending.length - 1 - allowed];
        }
    }

    /** The references of both encoders, which have to be the same: else a difference of banks passes for an attack. */
    public static final class TwinBanks {

        private static final String MENDED_BY =
                "write both banks in one go with `bulwark bank build --twin MODEL FOLDER`";

        private TwinBanks() {}

        /**
         * Checks that both hold the same ids under the same labels.
         *
         * @throws TwinBankException naming the first difference
         */
        public static void requireSame(List<LabelledEmbedding> robust, List<LabelledEmbedding> clean) {
            if (clean.isEmpty()) {
                throw new TwinBankException("The twin's bank is empty, allowed are the " + robust.size()
                        + " references of the robust encoder's: " + MENDED_BY);
            }
            Map<String, String> expected = labels(robust);
            Map<String, String> found = labels(clean);
            lacks("the twin's bank", found, "the robust encoder's", expected);
            lacks("the robust encoder's bank", expected, "the twin's", found);
            expected.forEach((id, label) -> {
                if (!label.equals(found.get(id))) {
                    throw new TwinBankException(
                            "Reference " + id + " is labelled \"" + label + "\" in the robust encoder's bank and \""
                                    + found.get(id) + "\" in the twin's: " + MENDED_BY);
                }
            });
        }

        private static void lacks(
                String poorer, Map<String, String> itsLabels, String richer, Map<String, String> otherLabels) {
            List<String> missing = otherLabels.keySet().stream()
                    .filter(id -> !itsLabels.containsKey(id))
                    .toList();
            if (!missing.isEmpty()) {
                throw new TwinBankException("Of the " + otherLabels.size() + " references of " + richer + ", " + poorer
                        + " lacks " + missing.size() + ", the first is " + missing.get(0) + ": " + MENDED_BY);
            }
        }

        private static Map<String, String> labels(List<LabelledEmbedding> references) {
            Map<String, String> labels = new TreeMap<>();
            references.forEach(reference -> labels.put(reference.id(), reference.label()));
            return labels;
        }

        /**
         * The references of the two encoders are not the same ones; the message names the missing ones and the command
         * that adds them.
         */
        public static final class TwinBankException extends IllegalArgumentException {

            TwinBankException(String message) {
                super(message);
            }
        }
    }
}

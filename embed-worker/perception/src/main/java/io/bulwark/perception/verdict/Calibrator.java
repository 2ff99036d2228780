package io.bulwark.perception.verdict;

import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** The search for a bank's temperature, thresholds and floor. */
final class Calibrator {

    /** Twelve steps a decade, as resistors come (E12): finer than a bank can tell apart, and short to write down. */
    private static final double[] STEPS = {1.0, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2};

    private static final double[] DECADES = {1e-3, 1e-2, 1e-1};

    /** Scores are kept this far from 0 and 1 in the log loss, so that one reference among strangers is not all of it. */
    private static final double CLIP = 1e-3;

    private final List<LeaveOneOut> references;
    private final CalibrationGoal goal;
    private final int flagged;

    Calibrator(List<LeaveOneOut> references, CalibrationGoal goal) {
        this.references = references;
        this.goal = goal;
        flagged = (int) references.stream().filter(this::isFlagged).count();
        if (flagged == 0 || flagged == references.size()) {
            throw new IllegalArgumentException((flagged == 0 ? "None" : "All") + " of the " + references.size()
                    + " references are flagged, calibration needs both kinds: flagged labels are "
                    + goal.flaggedLabels() + ", set by bulwark.policy.flagged-labels");
        }
    }

    Calibration calibrate() {
        double temperature = bestTemperature();
        SimilarityVote vote = new SimilarityVote(temperature, goal.flaggedLabels());
        Thresholds thresholds = thresholds(
                scores(vote, true).sorted().toArray(),
                scores(vote, false).sorted().toArray(),
                goal);
        double floor = floor();
        Map<String, int[]> rightOfAll = new TreeMap<>();
        int right = 0;
        int reviews = 0;
        int falseFlags = 0;
        int misses = 0;
        for (LeaveOneOut left : references) {
            Outcome outcome =
                    left.nearestSimilarity() < floor ? Outcome.REVIEW : thresholds.outcome(vote.score(left.nearest()));
            boolean isRight = outcome == (isFlagged(left) ? Outcome.NSFW : Outcome.SAFE);
            int[] ofLabel = rightOfAll.computeIfAbsent(left.reference().label(), label -> new int[2]);
            ofLabel[0] += isRight ? 1 : 0;
            ofLabel[1]++;
            right += isRight ? 1 : 0;
            reviews += outcome == Outcome.REVIEW ? 1 : 0;
            falseFlags += outcome == Outcome.NSFW && !isRight ? 1 : 0;
            misses += outcome == Outcome.SAFE && !isRight ? 1 : 0;
        }
        Map<String, Double> accuracyByLabel = new TreeMap<>();
        rightOfAll.forEach((label, counts) -> accuracyByLabel.put(label, (double) counts[0] / counts[1]));
        int size = references.size();
        return new Calibration(
                size,
                flagged,
                goal.k(),
                temperature,
                logLoss(vote),
                thresholds,
                floor,
                (double) right / size,
                (double) reviews / size,
                (double) falseFlags / (size - flagged),
                (double) misses / flagged,
                Collections.unmodifiableMap(accuracyByLabel));
    }

    /** The least log loss; among equals the lowest temperature. */
    private double bestTemperature() {
        double best = Double.NaN;
        double leastLoss = Double.POSITIVE_INFINITY;
        for (double decade : DECADES) {
            for (double step : STEPS) {
                // Rounded, so that 3.3e-2 is 0.033 and not 0.033000000000000002.
                double temperature = Math.round(decade * step * 1e6) / 1e6;
                double loss = logLoss(new SimilarityVote(temperature, goal.flaggedLabels()));
                if (loss < leastLoss) {
                    leastLoss = loss;
                    best = temperature;
                }
            }
        }
        return best;
    }

    /** Mean of -ln(probability given to the truth), each of the two kinds weighing one half. */
    private double logLoss(SimilarityVote vote) {
        double ofFlagged = scores(vote, true)
                .map(score -> -Math.log(clipped(score)))
                .average()
                .orElseThrow();
        double ofOthers = scores(vote, false)
                .map(score -> -Math.log(clipped(1 - score)))
                .average()
                .orElseThrow();
        return (ofFlagged + ofOthers) / 2;
    }

    private static double clipped(double probability) {
        return Math.max(CLIP, Math.min(1 - CLIP, probability));
    }

    private DoubleStream scores(SimilarityVote vote, boolean ofFlagged) {
        return references.stream()
                .filter(left -> isFlagged(left) == ofFlagged)
                .mapToDouble(left -> vote.score(left.nearest()));
    }

    private boolean isFlagged(LeaveOneOut left) {
        return goal.flaggedLabels().contains(left.reference().label());
    }

    /** The similarity that the goal's share of the references lies below, rounded down to three decimals. */
    private double floor() {
        double[] nearest = references.stream()
                .mapToDouble(LeaveOneOut::nearestSimilarity)
                .sorted()
                .toArray();
        double quantile = nearest[(int) (goal.unfamiliar() * nearest.length)];
        return Math.floor(quantile * 1e3) / 1e3;
    }

    /**
     * The lowest flag threshold and the highest safe threshold that keep to the goal's errors. Where they cross, any cut
     * between them keeps to the goal: then the middle of the widest gap between two scores becomes the band of REVIEW,
     * since the cut with the fewest errors on the bank itself often hugs one reference.
     *
     * @param ofFlagged scores, ascending
     * @param ofOthers scores, ascending
     */
    static Thresholds thresholds(double[] ofFlagged, double[] ofOthers, CalibrationGoal goal) {
        double[] all = DoubleStream.concat(Arrays.stream(ofFlagged), Arrays.stream(ofOthers))
                .sorted()
                .distinct()
                .toArray();
        // The greatest score of an unflagged reference that must not be flagged, and the least of a flagged one that
        // must not pass.
        double notFlagged = ofOthers[ofOthers.length - 1 - (int) (goal.falseFlags() * ofOthers.length)];
        double notSafe = ofFlagged[(int) (goal.misses() * ofFlagged.length)];
        if (notFlagged >= notSafe) {
            double flag = between(notFlagged, above(all, notFlagged));
            double safe = between(below(all, notSafe), notSafe);
            return new Thresholds(flag, Math.min(safe, Math.nextDown(flag)));
        }
        double[] gap = widestGap(all, notFlagged, notSafe);
        return new Thresholds(gap[0] + (gap[1] - gap[0]) * 2 / 3, gap[0] + (gap[1] - gap[0]) / 3);
    }

    /** Of the pairs of neighbouring scores from {@code from} to {@code to}, the first of those farthest apart. */
    private static double[] widestGap(double[] ascending, double from, double to) {
        double[] widest = {from, from};
        for (int i = 1; i < ascending.length; i++) {
            boolean within = ascending[i - 1] >= from && ascending[i] <= to;
            if (within && ascending[i] - ascending[i - 1] > widest[1] - widest[0]) {
                widest = new double[] {ascending[i - 1], ascending[i]};
            }
        }
        return widest;
    }

    private static double above(double[] ascending, double score) {
        return Arrays.stream(ascending)
                .filter(other -> other > score)
                .findFirst()
                .orElse(1);
    }

    private static double below(double[] ascending, double score) {
        return Arrays.stream(ascending).filter(other -> other < score).max().orElse(0);
    }

    private static double between(double low, double high) {
        return low + (high - low) / 2;
    }
}

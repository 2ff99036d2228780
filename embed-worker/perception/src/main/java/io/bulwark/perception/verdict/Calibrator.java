package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Calibration.Changed;
import io.bulwark.perception.verdict.Calibration.Promise;
import io.bulwark.perception.verdict.CalibrationFile.CalibrationTally;
import io.bulwark.perception.verdict.Decider.Copies;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The search for a bank's temperature, floor, similarity of known content and thresholds. */
final class Calibrator {

    /** Twelve steps a decade, as resistors come (E12): finer than a bank can tell apart, and short to write down. */
    private static final double[] STEPS = {1.0, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2};

    private static final double[] DECADES = {1e-3, 1e-2, 1e-1};

    /** Scores are kept this far from 0 and 1 in the log loss, so that one file among strangers is not all of it. */
    private static final double CLIP = 1e-3;

    /** Of the flagged files, the share that is taken to have no copy among the references. */
    private static final double DIFFERENT_PICTURES = 0.95;

    private static final double DECIMALS = 1e3;

    /** Copies lie closer together. */
    private static final double COPY_DECIMALS = 1e5;

    private final List<CalibrationFile> fitted;
    private final List<CalibrationFile> judged;
    private final List<CalibrationFile> changed;
    private final CalibrationGoal goal;

    Calibrator(
            List<CalibrationFile> fitted,
            List<CalibrationFile> judged,
            List<CalibrationFile> changed,
            CalibrationGoal goal) {
        this.fitted = fitted;
        this.judged = judged;
        this.changed = changed;
        this.goal = goal;
        requireBothKinds(fitted);
        requireBothKinds(judged);
    }

    private void requireBothKinds(List<CalibrationFile> files) {
        long flagged = files.stream().filter(this::isFlagged).count();
        if (flagged == 0 || flagged == files.size()) {
            throw new IllegalArgumentException((flagged == 0 ? "None" : "All") + " of the " + files.size()
                    + " files are flagged, calibration needs both kinds: flagged labels are "
                    + goal.flaggedLabels() + ", set by bulwark.policy.flagged-labels");
        }
    }

    Calibration calibrate() {
        Fit fit = fit();
        VotingPolicy policy = policy(fit, thresholds(fit));
        return result(fit, policy, decided(judged, policy), decided(changed, policy));
    }

    /**
     * Calibrates a pair. The flag threshold is this encoder's alone; a file is SAFE where both say so. How far the two SAFE
     * thresholds rise beside each other is found on the fitted files, as the direction that passes most unflagged ones; how
     * far along it, on the judged ones: a family of nested rules with one parameter, of which {@link PacBound} promises as
     * of one threshold. This encoder alone passes at most a tenth of the flagged files, whatever the other says.
     *
     * @param other the same files, in the same order, as the other encoder sees them
     * @return what the pair came to with this encoder's settings, and the other encoder's by itself
     */
    List<Calibration> calibrateWith(Calibrator other) {
        Fit mine = fit();
        Fit theirs = other.fit().withoutCopies();
        Thresholds alone = thresholds(mine);
        Thresholds othersAlone = other.thresholds(theirs);
        PairThresholds fits = PairThresholds.of(
                worstScores(fitted, mine),
                other.worstScores(other.fitted, theirs),
                fitted.stream().map(this::isFlagged).toList(),
                goal.misses());
        double[] ofMine = worstScores(judged, mine);
        double[] ofTheirs = other.worstScores(other.judged, theirs);
        int allowed = errors(clusters(judged, this::isFlagged).size(), goal.misses());
        double[] safe = {0, 0};
        for (int step = 1; step <= PairThresholds.MOST_STEPS; step++) {
            double[] wider = fits.safe(step);
            long misses = IntStream.range(0, judged.size())
                    .filter(i -> isFlagged(judged.get(i)) && ofMine[i] <= wider[0] && ofTheirs[i] <= wider[1])
                    .mapToObj(i -> cluster(judged, i))
                    .distinct()
                    .count();
            if (misses <= allowed) {
                safe = wider;
            }
        }
        VotingPolicy policy =
                policy(mine, new Thresholds(alone.flag(), Math.min(safe[0], Math.nextDown(alone.flag()))));
        VotingPolicy others = other.policy(
                theirs,
                new Thresholds(
                        othersAlone.flag() > safe[1] ? othersAlone.flag() : Math.min(1, (1 + safe[1]) / 2), safe[1]));
        List<Judgement> second = other.decided(other.judged, others);
        List<Judgement> secondOfChanged = other.decided(other.changed, others);
        return List.of(
                result(
                        mine,
                        policy,
                        together(decided(judged, policy), second),
                        together(decided(changed, policy), secondOfChanged)),
                other.result(theirs, others, second, secondOfChanged));
    }

    private static List<Judgement> together(List<Judgement> first, List<Judgement> second) {
        return IntStream.range(0, first.size())
                .mapToObj(i -> second.get(i).outcome() == Judgement.Outcome.SAFE
                        ? first.get(i)
                        : first.get(i).heldBack())
                .toList();
    }

    private static List<Judgement> decided(List<CalibrationFile> files, VotingPolicy policy) {
        return files.stream()
                .map(file -> policy.decide(file.views(), List.of()))
                .toList();
    }

    /** What is found before the thresholds. */
    private record Fit(double temperature, double floor, double known) {

        Fit withoutCopies() {
            return new Fit(temperature, floor, PolicySettings.NEVER_KNOWN);
        }
    }

    private Fit fit() {
        double floor = floor();
        return new Fit(bestTemperature(), floor, Math.max(floor, knownSimilarity()));
    }

    private Thresholds thresholds(Fit fit) {
        double[] ofFlagged = worstScores(judged, fit, true);
        double[] ofOthers = worstScores(judged, fit, false);
        return raised(
                thresholds(
                        ofFlagged,
                        ofOthers,
                        errors(ofOthers.length, goal.falseFlags()),
                        errors(ofFlagged.length, goal.misses())),
                worstScores(changed, fit, false));
    }

    private VotingPolicy policy(Fit fit, Thresholds thresholds) {
        return new VotingPolicy(new PolicySettings(
                goal.k(),
                fit.temperature(),
                fit.floor(),
                fit.known(),
                thresholds,
                PolicySettings.flagged(goal.flaggedLabels()),
                Unfamiliar.REVIEW,
                PolicySettings.DEFAULT_FLAGGED_CLASSES));
    }

    private Calibration result(Fit fit, VotingPolicy policy, List<Judgement> decisions, List<Judgement> ofChanged) {
        CalibrationTally tally = tally(judged, decisions);
        int others = judged.size() - tally.flagged();
        return new Calibration(
                judged.size(),
                tally.flagged(),
                NearDuplicates.Sizes.of(IntStream.range(0, judged.size())
                        .mapToObj(i -> cluster(judged, i))
                        .toList()),
                judged.stream().mapToInt(file -> file.views().size()).average().orElseThrow(),
                goal.k(),
                fit.temperature(),
                logLoss(fit.temperature()),
                policy.settings().thresholds(),
                fit.floor(),
                fit.known(),
                promise(judged, decisions, false, goal.falseFlags()),
                promise(judged, decisions, true, goal.misses()),
                (double) tally.right() / judged.size(),
                (double) tally.reviews() / judged.size(),
                (double) tally.falseFlags() / others,
                (double) tally.misses() / tally.flagged(),
                (double) tally.unfamiliar() / judged.size(),
                tally.accuracyByLabel(),
                changed.isEmpty() ? Optional.empty() : Optional.of(changed(ofChanged)));
    }

    private CalibrationTally tally(List<CalibrationFile> files, List<Judgement> decisions) {
        CalibrationTally tally = new CalibrationTally();
        for (int i = 0; i < files.size(); i++) {
            tally.add(files.get(i), decisions.get(i), isFlagged(files.get(i)));
        }
        return tally;
    }

    private Changed changed(List<Judgement> decisions) {
        CalibrationTally tally = tally(changed, decisions);
        int others = changed.size() - tally.flagged();
        return new Changed(
                changed.size(),
                tally.flagged(),
                others == 0 ? Optional.empty() : promise(changed, decisions, false, goal.falseFlags()),
                share(tally.falseFlags(), others),
                share(tally.misses(), tally.flagged()),
                share(tally.reviews(), changed.size()),
                share(tally.unfamiliar(), changed.size()));
    }

    private static double share(int some, int all) {
        return all == 0 ? 0 : (double) some / all;
    }

    /**
     * Errors that may be made, of draws that are files or clusters. So few that they promise nothing are at least told
     * apart as well as was asked.
     */
    private int errors(int files, double rate) {
        int promising = goal.delta().isPresent()
                ? PacBound.allowed(files, rate, goal.delta().getAsDouble())
                : -1;
        return promising < 0 ? (int) (rate * files) : promising;
    }

    /** @param ofFlagged whether of misses among the flagged files, or of false flags among the others */
    private Optional<Promise> promise(
            List<CalibrationFile> files, List<Judgement> decisions, boolean ofFlagged, double rate) {
        if (goal.delta().isEmpty()) {
            return Optional.empty();
        }
        Judgement.Outcome wrong = ofFlagged ? Judgement.Outcome.SAFE : Judgement.Outcome.NSFW;
        int draws = clusters(files, file -> isFlagged(file) == ofFlagged).size();
        int errors = (int) IntStream.range(0, files.size())
                .filter(i ->
                        isFlagged(files.get(i)) == ofFlagged && decisions.get(i).outcome() == wrong)
                .mapToObj(i -> cluster(files, i))
                .distinct()
                .count();
        return Optional.of(Promise.of(
                draws, errors, errors(draws, rate), rate, goal.delta().getAsDouble()));
    }

    /** The files of some kind, by their clusters. */
    private static Map<String, List<CalibrationFile>> clusters(
            List<CalibrationFile> files, Predicate<CalibrationFile> kind) {
        Map<String, List<CalibrationFile>> clusters = new LinkedHashMap<>();
        for (int i = 0; i < files.size(); i++) {
            if (kind.test(files.get(i))) {
                clusters.computeIfAbsent(cluster(files, i), cluster -> new ArrayList<>())
                        .add(files.get(i));
            }
        }
        return clusters;
    }

    /** No name of a cluster begins with a line break. */
    private static String cluster(List<CalibrationFile> files, int place) {
        return files.get(place).cluster().orElse("\n" + place);
    }

    /** The least log loss; among equals the lowest temperature. */
    private double bestTemperature() {
        double best = Double.NaN;
        double leastLoss = Double.POSITIVE_INFINITY;
        for (double decade : DECADES) {
            for (double step : STEPS) {
                // Rounded, so that 3.3e-2 is 0.033 and not 0.033000000000000002.
                double temperature = Math.round(decade * step * 1e6) / 1e6;
                double loss = logLoss(temperature);
                if (loss < leastLoss) {
                    leastLoss = loss;
                    best = temperature;
                }
            }
        }
        return best;
    }

    /**
     * Mean of -ln(probability given to the truth), each of the two kinds weighing one half. By the first view, which is
     * the whole: the temperature is that of a vote, not of the worst of many.
     */
    private double logLoss(double temperature) {
        double ofFlagged = wholeScores(temperature, true)
                .map(score -> -Math.log(clipped(score)))
                .average()
                .orElseThrow();
        double ofOthers = wholeScores(temperature, false)
                .map(score -> -Math.log(clipped(1 - score)))
                .average()
                .orElseThrow();
        return (ofFlagged + ofOthers) / 2;
    }

    private static double clipped(double probability) {
        return Math.max(CLIP, Math.min(1 - CLIP, probability));
    }

    private DoubleStream wholeScores(double temperature, boolean ofFlagged) {
        return fitted.stream()
                .filter(file -> isFlagged(file) == ofFlagged)
                .mapToDouble(file -> score(file.evidence().get(0).neighbours(), temperature));
    }

    /**
     * What each cluster of files would be flagged for, ascending: of unflagged files the highest of its files, of flagged
     * ones the lowest, since one file that is decided wrongly makes the cluster an error. Of a file it is the highest score
     * of a view that is near the bank, 1 for a copy of known content, and for a file that no view of is near 0 if it is
     * unflagged and 1 if it is flagged, since it is left to a person whatever the thresholds are. So is a flagged file of
     * which a view is coarse: it never passes.
     */
    private double[] worstScores(List<CalibrationFile> files, Fit fit, boolean ofFlagged) {
        return clusters(files, file -> isFlagged(file) == ofFlagged).values().stream()
                .mapToDouble(cluster -> {
                    DoubleStream scores = cluster.stream().mapToDouble(file -> worstScore(file, fit));
                    return (ofFlagged ? scores.min() : scores.max()).orElseThrow();
                })
                .sorted()
                .toArray();
    }

    /** Of all files, in their order. */
    private double[] worstScores(List<CalibrationFile> files, Fit fit) {
        return files.stream().mapToDouble(file -> worstScore(file, fit)).toArray();
    }

    private double worstScore(CalibrationFile file, Fit fit) {
        boolean flagged = isFlagged(file);
        double worst = flagged && file.neverPasses() ? 1 : 0;
        for (Opinion view : file.evidence()) {
            List<Neighbour> nearest = view.neighbours();
            boolean familiar = !nearest.isEmpty() && nearest.get(0).similarity() >= fit.floor();
            if (familiar && isCopyOfFlagged(view.near().alike(), fit.known())) {
                return 1;
            }
            double score = familiar ? score(nearest, fit.temperature()) : flagged ? 1 : 0;
            worst = Math.max(worst, score);
        }
        return worst;
    }

    private boolean isCopyOfFlagged(List<Neighbour> alike, double known) {
        return !Copies.among(alike, known, neighbour -> !isFlagged(neighbour)).isEmpty();
    }

    private double score(List<Neighbour> nearest, double temperature) {
        return Ballot.of(nearest, temperature).score(goal.flaggedLabels());
    }

    private boolean isFlagged(CalibrationFile file) {
        return goal.flaggedLabels().contains(file.label());
    }

    private boolean isFlagged(Neighbour neighbour) {
        return goal.flaggedLabels().contains(neighbour.label());
    }

    /** The similarity that the goal's share of the files has a view below, rounded down to three decimals. */
    private double floor() {
        double[] farthest =
                fitted.stream().mapToDouble(CalibrationFile::farthest).sorted().toArray();
        double quantile = farthest[(int) (goal.unfamiliar() * farthest.length)];
        return Math.floor(quantile * DECIMALS) / DECIMALS;
    }

    /**
     * Half-way to identity from what different pictures reach: the most similar that an unflagged file is to a flagged
     * reference, and all but the most similar of what flagged files are to each other, among which may be copies.
     */
    private double knownSimilarity() {
        double ofOthers = DoubleStream.of(toFlagged(false)).max().orElse(0);
        double[] ofFlagged = toFlagged(true);
        double amongFlagged = ofFlagged[(int) (DIFFERENT_PICTURES * (ofFlagged.length - 1))];
        double nearest = Math.max(ofOthers, amongFlagged);
        double similarity = Math.ceil((1 + nearest) / 2 * COPY_DECIMALS) / COPY_DECIMALS;
        return similarity >= 1 ? PolicySettings.NEVER_KNOWN : similarity;
    }

    /**
     * How similar each of these files is to the nearest picture of a flagged reference, whatever its variants, ascending; 0
     * where it is far from all.
     */
    private double[] toFlagged(boolean ofFlagged) {
        return fitted.stream()
                .filter(file -> isFlagged(file) == ofFlagged)
                .mapToDouble(file -> file.evidence().stream()
                        .flatMap(view -> view.near().alike().stream())
                        .filter(this::isFlagged)
                        .mapToDouble(Neighbour::ownSimilarity)
                        .max()
                        .orElse(0))
                .sorted()
                .toArray();
    }

    /**
     * The flag threshold raised until changed files keep to the goal's false flags too. The safe threshold stays: what is
     * no longer flagged for this goes to a person.
     *
     * @param ofChanged scores of changed unflagged files, ascending; may be empty
     */
    private Thresholds raised(Thresholds thresholds, double[] ofChanged) {
        if (ofChanged.length == 0) {
            return thresholds;
        }
        double notFlagged = ofChanged[ofChanged.length - 1 - errors(ofChanged.length, goal.falseFlags())];
        return notFlagged < thresholds.flag()
                ? thresholds
                : new Thresholds(shortest(notFlagged, above(ofChanged, notFlagged), 0.5), thresholds.safe());
    }

    /**
     * The lowest flag threshold and the highest safe threshold that keep to the goal's errors. Where they cross, any cut
     * between them keeps to the goal: then the middle of the widest gap between two scores becomes the band of REVIEW,
     * since the cut with the fewest errors on the files themselves often hugs one of them.
     *
     * @param ofFlagged scores, ascending
     * @param ofOthers scores, ascending
     * @param falseFlags unflagged files that may be flagged, fewer than there are
     * @param misses flagged files that may pass, fewer than there are
     */
    static Thresholds thresholds(double[] ofFlagged, double[] ofOthers, int falseFlags, int misses) {
        double[] all = DoubleStream.concat(Arrays.stream(ofFlagged), Arrays.stream(ofOthers))
                .sorted()
                .distinct()
                .toArray();
        // The greatest score of an unflagged file that must not be flagged, and the least of a flagged one that must
        // not
        // pass.
        double notFlagged = ofOthers[ofOthers.length - 1 - falseFlags];
        double notSafe = ofFlagged[misses];
        if (notFlagged >= notSafe) {
            double flag = shortest(notFlagged, above(all, notFlagged), 0.5);
            double safe = shortest(below(all, notSafe), notSafe, 0.5);
            return new Thresholds(flag, Math.min(safe, Math.nextDown(flag)));
        }
        double[] gap = widestGap(all, notFlagged, notSafe);
        double flag = shortest(gap[0], gap[1], 2.0 / 3);
        return new Thresholds(flag, shortest(gap[0], flag, 0.5));
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

    static double below(double[] ascending, double score) {
        return Arrays.stream(ascending).filter(other -> other < score).max().orElse(0);
    }

    /**
     * What lies so far on the way between two scores, with as few decimals as still lie between them: a threshold is
     * written down, and what is read must decide as what was found.
     */
    static double shortest(double low, double high, double way) {
        double exact = low + (high - low) * way;
        for (double decimals = DECIMALS; decimals < 1e15; decimals *= 10) {
            double rounded = Math.round(exact * decimals) / decimals;
            if (rounded > low && rounded < high) {
                return rounded;
            }
        }
        return exact;
    }
}

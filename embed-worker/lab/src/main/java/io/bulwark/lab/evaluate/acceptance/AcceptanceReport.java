package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import io.bulwark.lab.evaluate.acceptance.Judged.TestedFile;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * All that an acceptance run found, and what it adds up to.
 *
 * @param subject what decided
 * @param split how the files were divided
 * @param unreadable files of the bank and the calibration that no decoder takes and that were left out
 * @param goal what the policy was to keep to
 * @param calibration how the policy was found, and what it promises
 * @param copySimilarity cosine from which on a test file is counted as a copy of a bank file
 * @param nearCopies test files that look like files of the bank
 * @param tested the test files, at least a flagged and a safe one
 * @param bankSizes smallest first; empty where they were not asked for
 * @param attack empty where nothing was attacked
 * @param prevalences at which the traffic is reported, each in (0, 1)
 */
record AcceptanceReport(
        Subject subject,
        AcceptanceSplit split,
        List<LabelledFile> unreadable,
        CalibrationGoal goal,
        Calibration calibration,
        double copySimilarity,
        List<CalibratedBank.NearCopy> nearCopies,
        List<TestedFile> tested,
        List<BankSize> bankSizes,
        Optional<AcceptanceAttack.UnderAttack> attack,
        List<Double> prevalences) {

    /**
     * A label's test files.
     *
     * @param flagged whether the label is
     */
    record LabelRow(String label, boolean flagged, Outcomes outcomes) {}

    /**
     * What views of one kind were worth: the worst view of a file decides, so that of a SAFE one is its least harmless.
     *
     * @param kind such as {@code whole} or {@code panel}
     * @param views judged
     * @param flaggedNsfw flagged files that such a view had decided NSFW
     * @param flaggedReview that it left to a person
     * @param flaggedSafe that it let pass, being the worst
     * @param safeNsfw safe files that it had falsely flagged
     * @param safeReview that it left to a person
     */
    record ViewRow(
            String kind, int views, int flaggedNsfw, int flaggedReview, int flaggedSafe, int safeNsfw, int safeReview) {

        static ViewRow seen(String kind) {
            return new ViewRow(kind, 1, 0, 0, 0, 0, 0);
        }

        static ViewRow decided(String kind, boolean flagged, Judged.Decision decision) {
            return new ViewRow(
                    kind,
                    0,
                    flagged && decision == Judged.Decision.NSFW ? 1 : 0,
                    flagged && decision == Judged.Decision.REVIEW ? 1 : 0,
                    flagged && decision == Judged.Decision.SAFE ? 1 : 0,
                    !flagged && decision == Judged.Decision.NSFW ? 1 : 0,
                    !flagged && decision == Judged.Decision.REVIEW ? 1 : 0);
        }

        ViewRow and(ViewRow other) {
            return new ViewRow(
                    kind,
                    views + other.views,
                    flaggedNsfw + other.flaggedNsfw,
                    flaggedReview + other.flaggedReview,
                    flaggedSafe + other.flaggedSafe,
                    safeNsfw + other.safeNsfw,
                    safeReview + other.safeReview);
        }
    }

    /**
     * Outcomes of files that were edited in one way.
     *
     * @param edit empty for the same files as they are
     * @param flagged of the flagged ones
     * @param safe of the safe ones
     */
    record EditRow(Optional<Edit> edit, Outcomes flagged, Outcomes safe) {}

    public AcceptanceReport {
        unreadable = List.copyOf(unreadable);
        nearCopies = List.copyOf(nearCopies);
        tested = List.copyOf(tested);
        bankSizes = List.copyOf(bankSizes);
        prevalences = List.copyOf(prevalences);
    }

    /** Outcomes of the flagged test files as they are. */
    public Outcomes flagged() {
        return original(LabelledFile::flagged);
    }

    /** Outcomes of the safe test files as they are. */
    public Outcomes safe() {
        return original(file -> !file.flagged());
    }

    /** Outcomes of the flagged, or the safe, test files that do not look like files of the bank. */
    Outcomes withoutNearCopies(boolean flagged) {
        Set<LabelledFile> near =
                nearCopies.stream().map(CalibratedBank.NearCopy::file).collect(Collectors.toSet());
        return original(file -> file.flagged() == flagged && !near.contains(file));
    }

    /** Of every label with test files, flagged labels first, then in alphabetical order. */
    public List<LabelRow> labels() {
        return split.sizes().stream()
                .filter(sizes -> sizes.test() > 0)
                .map(sizes -> new LabelRow(
                        sizes.label(),
                        sizes.flagged(),
                        original(file -> file.label().equals(sizes.label()))))
                .toList();
    }

    /**
     * The edited files as they were, then once for each edit, in the order of edits; nothing where no file was edited.
     */
    List<EditRow> edits() {
        List<TestedFile> edited =
                tested.stream().filter(file -> !file.edits().isEmpty()).toList();
        if (edited.isEmpty()) {
            return List.of();
        }
        List<EditRow> rows = new ArrayList<>();
        rows.add(row(Optional.empty(), edited, TestedFile::original));
        for (Edit edit : edited.get(0).edits().keySet()) {
            rows.add(row(Optional.of(edit), edited, file -> file.edits().get(edit)));
        }
        return rows;
    }

    /** What all edits add up to; empty where no flagged and safe files were edited. */
    public Optional<ChangeSummary> changes() {
        return ChangeSummary.of(edits());
    }

    /** The same of the edits that neither a bank nor training is given the like of. */
    Optional<ChangeSummary> changesKeptOut() {
        return ChangeSummary.of(edits().stream()
                .filter(row -> row.edit().filter(edit -> !edit.isTaught()).isPresent())
                .toList());
    }

    /**
     * How often views of each kind were judged and decided, the most frequent first; files whose views are not known do
     * not count.
     *
     * @param edited whether of edited versions, else of the test files as they are
     */
    List<ViewRow> views(boolean edited) {
        Map<String, ViewRow> rows = new LinkedHashMap<>();
        for (TestedFile file : tested) {
            Collection<Judged> judged = edited ? file.edits().values() : List.of(file.original());
            for (Judged one : judged) {
                one.views().ifPresent(looks -> {
                    looks.kinds().forEach(kind -> rows.merge(kind, ViewRow.seen(kind), ViewRow::and));
                    rows.merge(
                            looks.deciding(),
                            ViewRow.decided(looks.deciding(), file.file().flagged(), one.decision()),
                            ViewRow::and);
                });
            }
        }
        return rows.values().stream()
                .sorted(Comparator.comparingInt(ViewRow::views).reversed())
                .toList();
    }

    /** The traffic at each prevalence. */
    public List<Traffic> traffic() {
        return prevalences.stream()
                .map(prevalence -> Traffic.of(prevalence, flagged(), safe()))
                .toList();
    }

    /** The test files that are not decided as their label says, in the order of their paths. */
    public List<TestedFile> wrong() {
        return tested.stream()
                .filter(file -> !file.isRight())
                .sorted(Comparator.comparing(file -> file.file().file()))
                .toList();
    }

    private static EditRow row(Optional<Edit> edit, List<TestedFile> files, Function<TestedFile, Judged> judged) {
        return new EditRow(
                edit, outcomes(files, LabelledFile::flagged, judged), outcomes(files, file -> !file.flagged(), judged));
    }

    private Outcomes original(Predicate<LabelledFile> which) {
        return outcomes(tested, which, TestedFile::original);
    }

    private static Outcomes outcomes(
            List<TestedFile> files, Predicate<LabelledFile> which, Function<TestedFile, Judged> judged) {
        List<TestedFile> some =
                files.stream().filter(file -> which.test(file.file())).toList();
        return Outcomes.of(
                some.stream().map(TestedFile::file).toList(),
                some.stream().map(judged).toList());
    }

    /**
     * How the test files are decided by part of the bank, with its own calibration.
     *
     * @param files of the bank, at least 2
     * @param flagged outcomes of the flagged test files
     * @param safe outcomes of the safe ones
     */
    record BankSize(int files, Outcomes flagged, Outcomes safe) {}

    /**
     * What a report is of.
     *
     * @param model its name
     * @param fingerprint the encoder's, at least 12 characters
     * @param bank how many files and rows it has, in words
     * @param policy its settings' names and values, in order
     * @param machine where it ran, in words
     */
    record Subject(String model, String fingerprint, String bank, Map<String, String> policy, String machine) {

        public Subject {
            policy = Collections.unmodifiableMap(new LinkedHashMap<>(policy));
        }
    }

    /**
     * What several changes add up to: the worst of them, and of the recall the mean. Shares are in [0, 1].
     *
     * @param changes how many
     * @param caught the least share of flagged files that is decided NSFW or left to a person, and the change that it
     *     is of
     * @param meanRecall mean over the changes of the share of flagged files decided NSFW
     * @param falseFlags the greatest share of safe files decided NSFW
     * @param reviews the greatest share of safe files left to a person
     */
    record ChangeSummary(int changes, Worst caught, double meanRecall, Worst falseFlags, Worst reviews) {

        /**
         * A share and whose it is.
         *
         * @param edit the change
         */
        record Worst(double share, Edit edit) {}

        /**
         * Sums up.
         *
         * @param rows of edits; one of files as they are is left out
         * @return empty where there is no edit, or no flagged or no safe file
         */
        static Optional<ChangeSummary> of(List<AcceptanceReport.EditRow> rows) {
            List<AcceptanceReport.EditRow> edits = rows.stream()
                    .filter(row -> row.edit().isPresent())
                    .filter(row -> row.flagged().files() > 0 && row.safe().files() > 0)
                    .toList();
            if (edits.isEmpty()) {
                return Optional.empty();
            }
            Comparator<Worst> byShare = Comparator.comparingDouble(Worst::share);
            return Optional.of(new ChangeSummary(
                    edits.size(),
                    each(edits, row -> share(row.flagged(), Decision.NSFW) + share(row.flagged(), Decision.REVIEW))
                            .stream()
                            .min(byShare)
                            .orElseThrow(),
                    edits.stream()
                            .mapToDouble(row -> share(row.flagged(), Decision.NSFW))
                            .average()
                            .orElseThrow(),
                    each(edits, row -> share(row.safe(), Decision.NSFW)).stream()
                            .max(byShare)
                            .orElseThrow(),
                    each(edits, row -> share(row.safe(), Decision.REVIEW)).stream()
                            .max(byShare)
                            .orElseThrow()));
        }

        private static List<Worst> each(
                List<AcceptanceReport.EditRow> edits, ToDoubleFunction<AcceptanceReport.EditRow> share) {
            return edits.stream()
                    .map(row -> new Worst(share.applyAsDouble(row), row.edit().orElseThrow()))
                    .toList();
        }

        private static double share(Judged.Outcomes outcomes, Decision decision) {
            return (double) outcomes.count(decision) / outcomes.files();
        }
    }
}

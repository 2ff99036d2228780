package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.report.Share;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.BankSize;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.ChangeSummary;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.Promise;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An acceptance report in a folder: {@code acceptance.md}, {@code acceptance.json} and a curve over the bank's size.
 */
record AcceptanceResults(Results results, Output output) {

    private static final String NAME = "acceptance";

    /** Writes and prints; the curve last, since drawing needs the machine's fonts. */
    void write(AcceptanceReport report) {
        String markdown = AcceptanceMarkdown.of(report);
        Map<String, Object> fields = AcceptanceFields.of(report);
        results.publish(NAME, markdown, fields);
        if (!report.bankSizes().isEmpty()) {
            results.draw(NAME + "-bank-size", curve(report.bankSizes()));
        }
    }

    private static Results.Curve curve(List<BankSize> sizes) {
        Results.Curve curve = new Results.Curve(
                "decisions over the size of the bank", "files in the bank", "share of the test files");
        curve.add("flagged decided NSFW", points(sizes, BankSize::flagged, Decision.NSFW));
        curve.add("safe decided NSFW", points(sizes, BankSize::safe, Decision.NSFW));
        curve.add("safe left to a person", points(sizes, BankSize::safe, Decision.REVIEW));
        return curve;
    }

    private static SortedMap<Double, Share> points(
            List<BankSize> sizes, Function<BankSize, Judged.Outcomes> kind, Decision decision) {
        SortedMap<Double, Share> points = new TreeMap<>();
        for (BankSize size : sizes) {
            kind.apply(size).share(decision).ifPresent(share -> points.put((double) size.files(), share));
        }
        return points;
    }

    /** An acceptance report as fields, with every file that was decided wrongly. */
    static final class AcceptanceFields {

        private AcceptanceFields() {}

        static Map<String, Object> of(AcceptanceReport report) {
            return Fields.of(
                    "model",
                    report.subject().model(),
                    "fingerprint",
                    report.subject().fingerprint(),
                    "bank",
                    report.subject().bank(),
                    "policy",
                    report.subject().policy(),
                    "machine",
                    report.subject().machine(),
                    "split",
                    split(report.split(), report.unreadable()),
                    "falseFlagsPromise",
                    report.calibration().falseFlags().map(AcceptanceFields::promise),
                    "missesPromise",
                    report.calibration().misses().map(AcceptanceFields::promise),
                    "changedFalseFlagsPromise",
                    report.calibration()
                            .changed()
                            .flatMap(Calibration.Changed::falseFlags)
                            .map(AcceptanceFields::promise),
                    "nearCopies",
                    report.nearCopies().stream()
                            .map(near -> Fields.of(
                                    "file", near.file().file().toString(),
                                    "of", near.of().file().toString(),
                                    "similarity", near.similarity()))
                            .toList(),
                    "flagged",
                    outcomes(report.flagged()),
                    "safe",
                    outcomes(report.safe()),
                    "labels",
                    report.labels().stream()
                            .map(row -> Fields.of(
                                    "label",
                                    row.label(),
                                    "flagged",
                                    row.flagged(),
                                    "outcomes",
                                    outcomes(row.outcomes())))
                            .toList(),
                    "edits",
                    report.edits().stream()
                            .map(row -> Fields.of(
                                    "edit",
                                    row.edit().map(Object::toString).orElse("none"),
                                    "flagged",
                                    outcomes(row.flagged()),
                                    "safe",
                                    outcomes(row.safe())))
                            .toList(),
                    "changes",
                    report.changes().map(AcceptanceFields::changes),
                    "changesKeptOut",
                    report.changesKeptOut().map(AcceptanceFields::changes),
                    "views",
                    report.views(false).stream().map(AcceptanceFields::view).toList(),
                    "viewsOfEdited",
                    report.views(true).stream().map(AcceptanceFields::view).toList(),
                    "attack",
                    report.attack().map(AcceptanceFields::attack),
                    "bankSizes",
                    report.bankSizes().stream()
                            .map(size -> Fields.of(
                                    "files",
                                    size.files(),
                                    "flagged",
                                    outcomes(size.flagged()),
                                    "safe",
                                    outcomes(size.safe())))
                            .toList(),
                    "traffic",
                    report.traffic().stream().map(AcceptanceFields::traffic).toList(),
                    "wrong",
                    report.wrong().stream().map(AcceptanceFields::wrong).toList());
        }

        private static Map<String, Object> split(AcceptanceSplit split, List<AcceptanceSplit.LabelledFile> unreadable) {
            List<Map<String, Object>> labels = split.sizes().stream()
                    .map(sizes -> Fields.of(
                            "label", sizes.label(),
                            "flagged", sizes.flagged(),
                            "bank", sizes.bank(),
                            "calibration", sizes.calibration(),
                            "test", sizes.test()))
                    .toList();
            return Fields.of(
                    "bank", split.bank().size(),
                    "calibration", split.calibration().size(),
                    "test", split.test().size(),
                    "labels", labels,
                    "contributors", contributors(split),
                    "copies", split.copies(),
                    "contradictory",
                            split.contradictory().stream().map(Path::toString).toList(),
                    "unreadable",
                            unreadable.stream()
                                    .map(file -> file.file().toString())
                                    .toList());
        }

        private static Optional<Map<String, Object>> contributors(AcceptanceSplit split) {
            return split.isByContributor()
                    ? Optional.of(Fields.of(
                            "bank", AcceptanceSplit.contributors(split.bank()),
                            "calibration", AcceptanceSplit.contributors(split.calibration()),
                            "test", AcceptanceSplit.contributors(split.test())))
                    : Optional.empty();
        }

        private static Map<String, Object> promise(Promise found) {
            return Fields.of(
                    "rate", found.rate(),
                    "confidence", found.confidence(),
                    "files", found.files(),
                    "errors", found.errors(),
                    "kept", found.kept());
        }

        private static Map<String, Object> changes(ChangeSummary changes) {
            return Fields.of(
                    "changes",
                    changes.changes(),
                    "flaggedCaughtAtLeast",
                    changes.caught().share(),
                    "worst",
                    changes.caught().edit().toString(),
                    "flaggedNsfwMean",
                    changes.meanRecall(),
                    "safeNsfwAtMost",
                    changes.falseFlags().share(),
                    "safeReviewAtMost",
                    changes.reviews().share());
        }

        private static Map<String, Object> view(AcceptanceReport.ViewRow row) {
            return Fields.of(
                    "view", row.kind(),
                    "views", row.views(),
                    "flaggedNsfw", row.flaggedNsfw(),
                    "flaggedReview", row.flaggedReview(),
                    "flaggedSafe", row.flaggedSafe(),
                    "safeNsfw", row.safeNsfw(),
                    "safeReview", row.safeReview());
        }

        private static Map<String, Object> outcomes(Judged.Outcomes outcomes) {
            Map<String, Object> fields = Fields.of("files", outcomes.files());
            for (Decision decision : Decision.values()) {
                outcomes.share(decision)
                        .ifPresent(share -> fields.put(decision.name().toLowerCase(Locale.ROOT), share(share)));
            }
            fields.put("flaggedBy", outcomes.decidingLabels());
            fields.put("reasons", outcomes.reasons());
            return fields;
        }

        /** Files are questions here, and what an interval is drawn over are contributors. */
        private static Map<String, Object> share(Share share) {
            Map<String, Object> fields = Fields.of(share);
            Object contributors = fields.remove("files");
            if (contributors != null) {
                fields.put("contributors", contributors);
            }
            return fields;
        }

        private static Map<String, Object> attack(AcceptanceAttack.UnderAttack attack) {
            return Fields.of(
                    "attack", attack.attack(),
                    "threat", attack.threat(),
                    "track", attack.track(),
                    "flagged", outcomes(attack.flagged()),
                    "flaggedBefore", outcomes(attack.flaggedBefore()),
                    "safe", outcomes(attack.safe()),
                    "safeBefore", outcomes(attack.safeBefore()));
        }

        private static Map<String, Object> traffic(Traffic traffic) {
            return Fields.of(
                    "prevalence",
                    traffic.prevalence(),
                    "uploads",
                    Traffic.UPLOADS,
                    "reviews",
                    estimate(traffic.reviews()),
                    "falseFlags",
                    estimate(traffic.falseFlags()),
                    "missed",
                    estimate(traffic.missed()),
                    "precision",
                    traffic.precision().map(AcceptanceFields::estimate));
        }

        private static Map<String, Object> estimate(Traffic.Estimate estimate) {
            return Fields.of("value", estimate.value(), "low", estimate.low(), "high", estimate.high());
        }

        private static Map<String, Object> wrong(Judged.TestedFile tested) {
            Judged judged = tested.original();
            return Fields.of(
                    "file",
                    tested.file().file().toString(),
                    "label",
                    tested.file().label(),
                    "decision",
                    judged.decision().name(),
                    "by",
                    judged.label(),
                    "score",
                    judged.score(),
                    "reason",
                    judged.reason());
        }
    }
}

package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.lab.evaluate.TaskReport;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Promise;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An acceptance report as fields, with every file that was decided wrongly. */
final class AcceptanceFields {

    private AcceptanceFields() {}

    static Map<String, Object> of(AcceptanceReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", report.subject().model());
        fields.put("fingerprint", report.subject().fingerprint());
        fields.put("bank", report.subject().bank());
        fields.put("policy", report.subject().policy());
        fields.put("machine", report.subject().machine());
        fields.put("split", split(report.split(), report.unreadable()));
        report.calibration().falseFlags().ifPresent(found -> fields.put("falseFlagsPromise", promise(found)));
        report.calibration().misses().ifPresent(found -> fields.put("missesPromise", promise(found)));
        report.calibration()
                .changed()
                .flatMap(Calibration.Changed::falseFlags)
                .ifPresent(found -> fields.put("changedFalseFlagsPromise", promise(found)));
        fields.put(
                "nearCopies",
                report.nearCopies().stream()
                        .map(near -> ordered(
                                "file", near.file().file().toString(),
                                "of", near.of().file().toString(),
                                "similarity", near.similarity()))
                        .toList());
        fields.put("flagged", outcomes(report.flagged()));
        fields.put("safe", outcomes(report.safe()));
        fields.put(
                "labels",
                report.labels().stream()
                        .map(row -> ordered(
                                "label", row.label(), "flagged", row.flagged(), "outcomes", outcomes(row.outcomes())))
                        .toList());
        fields.put(
                "edits",
                report.edits().stream()
                        .map(row -> ordered(
                                "edit",
                                row.edit().map(Object::toString).orElse("none"),
                                "flagged",
                                outcomes(row.flagged()),
                                "safe",
                                outcomes(row.safe())))
                        .toList());
        report.changes().ifPresent(changes -> fields.put("changes", changes(changes)));
        report.changesKeptOut().ifPresent(changes -> fields.put("changesKeptOut", changes(changes)));
        report.attack().ifPresent(attack -> fields.put("attack", attack(attack)));
        fields.put(
                "bankSizes",
                report.bankSizes().stream()
                        .map(size -> ordered(
                                "files",
                                size.files(),
                                "flagged",
                                outcomes(size.flagged()),
                                "safe",
                                outcomes(size.safe())))
                        .toList());
        fields.put(
                "traffic",
                report.traffic().stream().map(AcceptanceFields::traffic).toList());
        fields.put("wrong", report.wrong().stream().map(AcceptanceFields::wrong).toList());
        return fields;
    }

    private static Map<String, Object> split(AcceptanceSplit split, List<LabelledFile> unreadable) {
        List<Map<String, Object>> labels = split.sizes().stream()
                .map(sizes -> ordered(
                        "label", sizes.label(),
                        "flagged", sizes.flagged(),
                        "bank", sizes.bank(),
                        "calibration", sizes.calibration(),
                        "test", sizes.test()))
                .toList();
        return ordered(
                "bank", split.bank().size(),
                "calibration", split.calibration().size(),
                "test", split.test().size(),
                "labels", labels,
                "copies", split.copies(),
                "contradictory",
                        split.contradictory().stream().map(Path::toString).toList(),
                "unreadable",
                        unreadable.stream().map(file -> file.file().toString()).toList());
    }

    private static Map<String, Object> promise(Promise found) {
        return ordered(
                "rate", found.rate(),
                "confidence", found.confidence(),
                "files", found.files(),
                "errors", found.errors(),
                "kept", found.kept());
    }

    private static Map<String, Object> changes(ChangeSummary changes) {
        return ordered(
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

    private static Map<String, Object> outcomes(Outcomes outcomes) {
        Map<String, Object> fields = ordered("files", outcomes.files());
        for (Decision decision : Decision.values()) {
            outcomes.share(decision)
                    .ifPresent(share -> fields.put(decision.name().toLowerCase(Locale.ROOT), TaskReport.json(share)));
        }
        fields.put("flaggedBy", outcomes.decidingLabels());
        fields.put("reasons", outcomes.reasons());
        return fields;
    }

    private static Map<String, Object> attack(UnderAttack attack) {
        return ordered(
                "attack", attack.attack(),
                "threat", attack.threat(),
                "track", attack.track(),
                "flagged", outcomes(attack.flagged()),
                "flaggedBefore", outcomes(attack.flaggedBefore()),
                "safe", outcomes(attack.safe()),
                "safeBefore", outcomes(attack.safeBefore()));
    }

    private static Map<String, Object> traffic(Traffic traffic) {
        Map<String, Object> fields = ordered(
                "prevalence", traffic.prevalence(),
                "uploads", Traffic.UPLOADS,
                "reviews", estimate(traffic.reviews()),
                "falseFlags", estimate(traffic.falseFlags()),
                "missed", estimate(traffic.missed()));
        traffic.precision().ifPresent(precision -> fields.put("precision", estimate(precision)));
        return fields;
    }

    private static Map<String, Object> estimate(Estimate estimate) {
        return ordered("value", estimate.value(), "low", estimate.low(), "high", estimate.high());
    }

    private static Map<String, Object> wrong(TestedFile tested) {
        Judged judged = tested.original();
        Map<String, Object> fields = ordered(
                "file", tested.file().file().toString(),
                "label", tested.file().label(),
                "decision", judged.decision().name());
        judged.label().ifPresent(label -> fields.put("by", label));
        judged.score().ifPresent(score -> fields.put("score", score));
        judged.reason().ifPresent(reason -> fields.put("reason", reason));
        return fields;
    }

    /** @param namesAndValues a name, its value, the next name and so on */
    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }
}

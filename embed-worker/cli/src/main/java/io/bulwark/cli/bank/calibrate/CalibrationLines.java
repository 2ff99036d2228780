package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.audit.TwinCalibration;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A calibration as text, as JSON and as the worker's settings. */
final class CalibrationLines {

    private CalibrationLines() {}

    /** The settings, one a line, as a properties file holds them. */
    static List<String> settings(Calibration calibration, Collection<String> flaggedLabels) {
        List<String> lines = new ArrayList<>();
        lines.add("bulwark.policy.flagged-labels=" + String.join(",", flaggedLabels));
        lines.add("bulwark.policy.k=" + calibration.k());
        lines.add("bulwark.policy.temperature=" + calibration.temperature());
        lines.add("bulwark.policy.flag=" + calibration.thresholds().flag());
        lines.add("bulwark.policy.safe=" + calibration.thresholds().safe());
        lines.add("bulwark.policy.floor=" + calibration.floor());
        lines.add("bulwark.policy.known-similarity=" + calibration.knownSimilarity());
        return lines;
    }

    /**
     * The settings of a twin with a separate policy and threshold.
     *
     * @param precision the encoder's, which the twin's is where none is set
     */
    static List<String> settings(ModelChoice twin, String precision, Calibration twins, TwinCalibration disagreement) {
        List<String> lines = new ArrayList<>();
        lines.add("bulwark.twin.model=" + twin.location());
        if (!twin.precision().equals(precision)) {
            lines.add("bulwark.twin.precision=" + twin.precision());
        }
        lines.add("bulwark.twin.temperature=" + twins.temperature());
        lines.add("bulwark.twin.flag=" + twins.thresholds().flag());
        lines.add("bulwark.twin.safe=" + twins.thresholds().safe());
        lines.add("bulwark.twin.floor=" + twins.floor());
        lines.add("bulwark.twin.threshold=" + disagreement.threshold());
        return lines;
    }

    static String disagreement(TwinCalibration found) {
        return String.format(
                Locale.ROOT,
                "The twin decides %d of %d clean images differently; %d of them would raise an audit. %s",
                found.differing(),
                found.images(),
                found.fired(),
                promise(found));
    }

    private static String promise(TwinCalibration found) {
        return found.delta().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "At most a share of %s of further ones does, with a confidence of %s.",
                        found.budget(),
                        1 - found.delta().getAsDouble())
                : "Nothing is promised of further ones, since references decide each other: name clean pictures that are in"
                        + " no bank with --twin-clean.";
    }

    static Map<String, Object> fields(Calibration twins, TwinCalibration found) {
        Map<String, Object> fields = fields(twins);
        fields.put("threshold", found.threshold());
        fields.put("budget", found.budget());
        found.delta().ifPresent(delta -> fields.put("delta", delta));
        fields.put("images", found.images());
        fields.put("differing", found.differing());
        fields.put("fired", found.fired());
        return fields;
    }

    /** What was found, for people. */
    static List<String> notes(Calibration calibration) {
        List<String> notes = new ArrayList<>();
        notes.add(accuracy(calibration).strip());
        if (calibration.knownSimilarity() > 1) {
            notes.add(
                    "Some unflagged file looks just like a flagged reference, so nothing is taken for a copy by its looks: "
                            + "`bulwark bank verify` names files under two labels, and drawings on transparent ground are all black "
                            + "over black.");
        }
        calibration.falseFlags().ifPresent(promise -> notes.add(clusters(calibration.clusters())));
        calibration.falseFlags().ifPresent(promise -> notes.add(promise("unflagged", "flagged", promise)));
        calibration.misses().ifPresent(promise -> notes.add(promise("flagged", "missed", promise)));
        calibration.changed().ifPresent(changed -> notes.addAll(changed(changed)));
        notes.add(
                calibration.falseFlags().isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "A file counts once, however many views it has (%.1f on average): the thresholds are of the "
                                        + "worst view, so more views are no more false flags.",
                                calibration.views())
                        : "These thresholds are of single views of the references. A worker needs those of whole files, which "
                                + "--files FOLDER finds.");
        return notes;
    }

    private static String clusters(NearDuplicates.Sizes sizes) {
        return String.format(
                Locale.ROOT,
                "The %d files fall into %d clusters of near-duplicates and contributors, the largest of %d; they say as much as "
                        + "%.0f independent files. What is promised counts a cluster as one.",
                sizes.pictures(),
                sizes.clusters(),
                sizes.largest(),
                sizes.effective());
    }

    private static List<String> changed(Calibration.Changed changed) {
        List<String> notes = new ArrayList<>();
        notes.add(String.format(
                Locale.ROOT,
                "Changed as people change pictures, each of %d files once, in a mixture of the kinds and not in each: "
                        + "%.1f %% of the unflagged flagged, %.1f %% of the flagged missed, %.1f %% to review, of which %.1f %% "
                        + "because nothing in the bank is near.",
                changed.files(),
                100 * changed.falseFlagRate(),
                100 * changed.missRate(),
                100 * changed.reviewRate(),
                100 * changed.unfamiliarRate()));
        changed.falseFlags().ifPresent(promise -> notes.add(promise("changed unflagged", "flagged", promise)));
        return notes;
    }

    private static String promise(String kind, String fate, Promise promise) {
        return String.format(
                Locale.ROOT,
                "Of %s files like these at most %.1f %% are %s, with %.0f %% confidence (%d of the %d that only the thresholds were found on%s).",
                kind,
                100 * promise.rate(),
                fate,
                100 * promise.confidence(),
                promise.errors(),
                promise.files(),
                promise.kept() ? "" : "; what was asked for needs more files, or files that are told apart better");
    }

    static String accuracy(Calibration calibration) {
        return String.format(
                Locale.ROOT,
                " On %d files: %.1f %% decided as labelled, %.1f %% to review, %.1f %% of the unflagged flagged, %.1f %% "
                        + "of the flagged missed.",
                calibration.files(),
                100 * calibration.accuracy(),
                100 * calibration.reviewRate(),
                100 * calibration.falseFlagRate(),
                100 * calibration.missRate());
    }

    static Map<String, Object> fields(Calibration calibration) {
        Map<String, Object> fields = Output.fields(
                "files",
                calibration.files(),
                "flagged",
                calibration.flagged(),
                "clusters",
                calibration.clusters().clusters(),
                "largestCluster",
                calibration.clusters().largest(),
                "effectiveFiles",
                calibration.clusters().effective(),
                "k",
                calibration.k(),
                "temperature",
                calibration.temperature(),
                "logLoss",
                calibration.logLoss(),
                "flag",
                calibration.thresholds().flag(),
                "safe",
                calibration.thresholds().safe(),
                "floor",
                calibration.floor(),
                "knownSimilarity",
                calibration.knownSimilarity(),
                "accuracy",
                calibration.accuracy(),
                "reviewRate",
                calibration.reviewRate(),
                "falseFlagRate",
                calibration.falseFlagRate(),
                "missRate",
                calibration.missRate(),
                "unfamiliarRate",
                calibration.unfamiliarRate(),
                "accuracyByLabel",
                calibration.accuracyByLabel(),
                "views",
                calibration.views());
        calibration.falseFlags().ifPresent(promise -> fields.put("falseFlags", fields(promise)));
        calibration.misses().ifPresent(promise -> fields.put("misses", fields(promise)));
        calibration.changed().ifPresent(changed -> fields.put("changed", fields(changed)));
        return fields;
    }

    private static Map<String, Object> fields(Calibration.Changed changed) {
        Map<String, Object> fields = Output.fields(
                "files",
                changed.files(),
                "flagged",
                changed.flagged(),
                "falseFlagRate",
                changed.falseFlagRate(),
                "missRate",
                changed.missRate(),
                "reviewRate",
                changed.reviewRate(),
                "unfamiliarRate",
                changed.unfamiliarRate());
        changed.falseFlags().ifPresent(promise -> fields.put("falseFlags", fields(promise)));
        return fields;
    }

    private static Map<String, Object> fields(Promise promise) {
        return Map.of(
                "files", promise.files(),
                "errors", promise.errors(),
                "rate", promise.rate(),
                "confidence", promise.confidence(),
                "kept", promise.kept());
    }
}

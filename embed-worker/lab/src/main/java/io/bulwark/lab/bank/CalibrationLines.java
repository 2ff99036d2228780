package io.bulwark.lab.bank;

import io.bulwark.perception.audit.TwinCalibration;
import io.bulwark.perception.verdict.Calibration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a calibration is told: to people, to machines, and as the worker's settings. */
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
     * The settings of a twin with a policy and a threshold of its own.
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
                "The twin decides %d of %d clean images differently; of a new one like them an audit comes with a "
                        + "probability of at most %s.",
                found.differing(),
                found.images(),
                found.budget());
    }

    static Map<String, Object> fields(Calibration twins, TwinCalibration found) {
        Map<String, Object> fields = fields(twins);
        fields.put("threshold", found.threshold());
        fields.put("budget", found.budget());
        fields.put("images", found.images());
        fields.put("differing", found.differing());
        fields.put("fired", found.fired());
        return fields;
    }

    static String accuracy(Calibration calibration) {
        return String.format(
                Locale.ROOT,
                " Leave one out: %.1f %% decided as labelled, %.1f %% to review, %.1f %% of the unflagged flagged, %.1f %% "
                        + "of the flagged missed.",
                100 * calibration.accuracy(),
                100 * calibration.reviewRate(),
                100 * calibration.falseFlagRate(),
                100 * calibration.missRate());
    }

    static Map<String, Object> fields(Calibration calibration) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("files", calibration.files());
        fields.put("flagged", calibration.flagged());
        fields.put("k", calibration.k());
        fields.put("temperature", calibration.temperature());
        fields.put("logLoss", calibration.logLoss());
        fields.put("flag", calibration.thresholds().flag());
        fields.put("safe", calibration.thresholds().safe());
        fields.put("floor", calibration.floor());
        fields.put("knownSimilarity", calibration.knownSimilarity());
        fields.put("accuracy", calibration.accuracy());
        fields.put("reviewRate", calibration.reviewRate());
        fields.put("falseFlagRate", calibration.falseFlagRate());
        fields.put("missRate", calibration.missRate());
        fields.put("accuracyByLabel", calibration.accuracyByLabel());
        return fields;
    }
}

package io.bulwark.lab.audit;

import io.bulwark.lab.evaluate.TaskReport;
import io.bulwark.robustness.evaluate.Proportion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What detectors find of attacks, for people and for machines.
 *
 * @param about on what, against what, where
 * @param calibrated clean files that the thresholds are of
 * @param calibratedSafe those of them that are SAFE, which the threshold of near-flagged is of
 * @param thresholds above which each detector fires
 * @param clean further clean files
 * @param attacks what came of them
 */
record DetectTable(
        String about,
        int calibrated,
        int calibratedSafe,
        DetectScores thresholds,
        List<CleanFile> clean,
        List<DetectEntry> attacks) {

    private static final String NEAR = "near-flagged";
    private static final List<String> DETECTORS = List.of("twin", "scaling", NEAR);
    private static final String ANY = "any";
    private static final List<String> COLUMNS = List.of("twin", "scaling", NEAR, ANY);

    /**
     * A line of the table.
     *
     * @param attack its name; of clean files {@code none}
     * @param goal what was wanted
     * @param attacked files
     * @param shares of what won, or of clean files, on which each detector fires; without those that are shares of nothing
     */
    private record Row(String attack, String goal, int attacked, Map<String, Proportion> shares) {}

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("none", "", clean.size(), cleanShares()));
        Map<List<String>, List<DetectEntry>> byAttack = new LinkedHashMap<>();
        for (DetectEntry entry : attacks) {
            byAttack.computeIfAbsent(List.of(entry.attack(), entry.goal()), key -> new ArrayList<>())
                    .add(entry);
        }
        byAttack.forEach((names, entries) -> rows.add(new Row(
                names.get(0),
                names.get(1),
                entries.size(),
                shares(entries.stream()
                        .filter(DetectEntry::won)
                        .map(DetectEntry::scores)
                        .toList()))));
        return rows;
    }

    /** Near-flagged of SAFE files alone: it holds nothing else back. */
    private Map<String, Proportion> cleanShares() {
        Map<String, Proportion> shares = shares(CleanFile.scores(clean));
        Map<String, Proportion> safe = shares(CleanFile.safeScores(clean));
        if (safe.isEmpty()) {
            shares.remove(NEAR);
        } else {
            shares.put(NEAR, safe.get(NEAR));
        }
        return shares;
    }

    private Map<String, Proportion> shares(List<DetectScores> scores) {
        Map<String, Proportion> shares = new LinkedHashMap<>();
        if (scores.isEmpty()) {
            return shares;
        }
        List<boolean[]> fired =
                scores.stream().map(score -> score.fired(thresholds)).toList();
        for (int detector = 0; detector < DETECTORS.size(); detector++) {
            int at = detector;
            shares.put(
                    DETECTORS.get(at),
                    Proportion.of(fired.stream().filter(each -> each[at]).count(), scores.size()));
        }
        shares.put(
                ANY,
                Proportion.of(
                        fired.stream()
                                .filter(each -> each[0] || each[1] || each[2])
                                .count(),
                        scores.size()));
        return shares;
    }

    String markdown() {
        StringBuilder text = new StringBuilder(about)
                .append(String.format(
                        Locale.ROOT,
                        "%n%nThresholds, calibrated on %d clean files: twin %.4f, scaling %.4f; on the %d of them that are"
                                + " SAFE: near-flagged %.4f. Of clean files its share is of the %d that are SAFE.%n%n",
                        calibrated,
                        thresholds.twin(),
                        thresholds.scaling(),
                        calibratedSafe,
                        thresholds.near(),
                        CleanFile.safeScores(clean).size()))
                .append("| attack on | goal | attacked | won | twin | scaling | near-flagged | any |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        for (Row row : rows()) {
            boolean attack = !row.goal.isEmpty();
            int counted = row.shares.isEmpty() ? 0 : row.shares.get(ANY).trials();
            text.append("| %s | %s | %d | %s "
                    .formatted(row.attack, row.goal, row.attacked, attack ? Integer.toString(counted) : ""));
            for (String detector : COLUMNS) {
                Proportion share = row.shares.get(detector);
                text.append(share == null ? "| " : "| " + share + " ");
            }
            text.append("|\n");
        }
        return text.toString();
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("about", about);
        fields.put("calibrated", calibrated);
        fields.put("calibratedSafe", calibratedSafe);
        fields.put(
                "thresholds",
                Map.of("twin", thresholds.twin(), "scaling", thresholds.scaling(), "near-flagged", thresholds.near()));
        fields.put("rows", rows().stream().map(DetectTable::json).toList());
        return fields;
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("attack", row.attack);
        fields.put("goal", row.goal);
        fields.put("attacked", row.attacked);
        Map<String, Object> shares = new LinkedHashMap<>();
        row.shares.forEach((detector, share) -> shares.put(detector, TaskReport.json(share)));
        fields.put("shares", shares);
        return fields;
    }
}

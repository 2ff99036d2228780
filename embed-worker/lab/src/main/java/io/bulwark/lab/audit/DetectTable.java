package io.bulwark.lab.audit;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.audit.DetectScores.DetectEntry;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What detectors find of attacks, for people and for machines.
 *
 * @param about on what, against what, where
 * @param calibrated clean files that the thresholds are of
 * @param calibratedSafe those of them that are SAFE, which the threshold of near-flagged is of
 * @param thresholds above which each detector fires
 * @param clean further clean files
 * @param edited the results of SAFE files that harmless uploaders edited; may be empty
 * @param attacks the results of attacks; may be empty
 */
record DetectTable(
        String about,
        int calibrated,
        int calibratedSafe,
        DetectScores thresholds,
        List<DetectScores.CleanFile> clean,
        List<DetectEntry> edited,
        List<DetectEntry> attacks)
        implements Results.Report {

    private static final String NEAR = "near-flagged";
    private static final List<String> DETECTORS = List.of("twin", "scaling", NEAR);
    private static final String ANY = "any";
    private static final List<String> COLUMNS = List.of("twin", "scaling", NEAR, ANY);

    /**
     * A line of a table.
     *
     * @param attack its name; of clean files {@code none}
     * @param goal what was wanted; of edits, which
     * @param attacked files, or edited ones
     * @param shares of what won, of what was decided of edits, or of clean files, on which each detector fires; without
     *     shares of nothing
     */
    private record Row(String attack, String goal, int attacked, Map<String, Proportion> shares) {

        /** Of how many the shares are. */
        int counted() {
            return shares.isEmpty() ? 0 : shares.get(ANY).trials();
        }

        List<Proportion> cells() {
            return COLUMNS.stream().map(shares::get).toList();
        }
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("none", "", clean.size(), cleanShares()));
        rows.addAll(rows(attacks));
        return rows;
    }

    /** Of each kind of edit, and of all together. */
    private List<Row> editedRows() {
        List<Row> rows = new ArrayList<>(rows(edited));
        if (!edited.isEmpty()) {
            rows.add(row(DetectEntry.BENIGN, "all kinds", edited));
        }
        return rows;
    }

    private List<Row> rows(List<DetectEntry> all) {
        Map<List<String>, List<DetectEntry>> byAttack = new LinkedHashMap<>();
        for (DetectEntry entry : all) {
            byAttack.computeIfAbsent(List.of(entry.attack(), entry.goal()), key -> new ArrayList<>())
                    .add(entry);
        }
        return byAttack.entrySet().stream()
                .map(group -> row(group.getKey().get(0), group.getKey().get(1), group.getValue()))
                .toList();
    }

    private Row row(String attack, String goal, List<DetectEntry> entries) {
        return new Row(
                attack,
                goal,
                entries.size(),
                shares(entries.stream()
                        .filter(DetectEntry::won)
                        .map(DetectEntry::scores)
                        .toList()));
    }

    /** Near-flagged of SAFE files alone: it holds nothing else back. */
    private Map<String, Proportion> cleanShares() {
        Map<String, Proportion> shares = shares(DetectScores.CleanFile.scores(clean));
        Map<String, Proportion> safe = shares(DetectScores.CleanFile.safeScores(clean));
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

    @Override
    public String markdown() {
        Markdown text = new Markdown()
                .text(about)
                .line(
                        "\nThresholds, calibrated on %d clean files: twin %.4f, scaling %.4f; on the %d of them that are SAFE:"
                                + " near-flagged %.4f. Of clean files its share is of the %d that are SAFE.",
                        calibrated,
                        thresholds.twin(),
                        thresholds.scaling(),
                        calibratedSafe,
                        thresholds.near(),
                        DetectScores.CleanFile.safeScores(clean).size())
                .header("attack on", "goal", "attacked", "won", COLUMNS);
        for (Row row : rows()) {
            text.row(row.attack, row.goal, row.attacked, row.goal.isEmpty() ? "" : row.counted(), row.cells());
        }
        if (!edited.isEmpty()) {
            text.line(
                            "\nTest files that are SAFE, with harmless edits. Shares of the uploads that were decided, whatever the"
                                    + " decision; near-flagged holds back only what is still SAFE. The interval of all kinds takes"
                                    + " them as independent, though each kind is of the same files.")
                    .header("edit", "edited", "decided", COLUMNS);
            editedRows().forEach(row -> text.row(row.goal, row.attacked, row.counted(), row.cells()));
        }
        return text.toString();
    }

    @Override
    public Map<String, Object> json() {
        return Fields.of(
                "about",
                about,
                "calibrated",
                calibrated,
                "calibratedSafe",
                calibratedSafe,
                "thresholds",
                Map.of("twin", thresholds.twin(), "scaling", thresholds.scaling(), "near-flagged", thresholds.near()),
                "rows",
                rows().stream().map(DetectTable::json).toList(),
                "edits",
                editedRows().stream().map(DetectTable::editedJson).toList());
    }

    private static Map<String, Object> editedJson(Row row) {
        return Fields.of(
                "edit", row.goal, "edited", row.attacked, "decided", row.counted(), "shares", shareFields(row));
    }

    private static Map<String, Object> json(Row row) {
        return Fields.of("attack", row.attack, "goal", row.goal, "attacked", row.attacked, "shares", shareFields(row));
    }

    private static Map<String, Object> shareFields(Row row) {
        Map<String, Object> shares = new LinkedHashMap<>();
        row.shares.forEach((detector, share) -> shares.put(detector, Fields.of(share)));
        return shares;
    }
}

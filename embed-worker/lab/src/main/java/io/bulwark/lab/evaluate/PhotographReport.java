package io.bulwark.lab.evaluate;

import io.bulwark.lab.evaluate.photograph.HeadlineRun;
import io.bulwark.lab.evaluate.photograph.PairRun;
import io.bulwark.lab.evaluate.photograph.Photograph;
import io.bulwark.lab.experiment.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Encoders side by side on photographs by contributor. Filled result by result by one thread. */
final class PhotographReport {

    private final List<Photograph> references;
    private final List<Photograph> asked;
    private final Set<String> flagged;
    private final int iterations;
    private final List<HeadlineRun.Result> results = new ArrayList<>();
    private final List<PairRun.Result> pairs = new ArrayList<>();

    /**
     * @param references the bank
     * @param asked the questions
     * @param flagged labels
     * @param iterations of the attack
     */
    PhotographReport(List<Photograph> references, List<Photograph> asked, Set<String> flagged, int iterations) {
        this.references = references;
        this.asked = asked;
        this.flagged = flagged;
        this.iterations = iterations;
    }

    void add(HeadlineRun.Result result) {
        results.add(result);
    }

    void add(PairRun.Result result) {
        pairs.add(result);
    }

    private String about() {
        return """
                %d questions by %d contributors, a bank of %d by %d others; flagged: %s. PGD-%d on the margin, one random \
                start, every gradient known; %s. 95 %% intervals over contributors. The thresholds are those of the same \
                questions, not attacked: 2 %% false flags for NSFW.\
                """.formatted(
                        asked.size(),
                        contributors(asked),
                        references.size(),
                        contributors(references),
                        flagged.stream().sorted().collect(Collectors.joining(", ")),
                        iterations,
                        Machine.describe());
    }

    private static long contributors(List<Photograph> photographs) {
        return photographs.stream().map(Photograph::contributor).distinct().count();
    }

    String markdown() {
        StringBuilder text = new StringBuilder(about() + "\n\n");
        text.append(
                "| encoder | attack | AUC, both sides | evasion alone | false flags alone | recall | false flags |\n");
        text.append("|---|---|---|---|---|---|---|\n");
        for (HeadlineRun.Result result : results) {
            for (HeadlineRun.Result.Row row : result.rows()) {
                line(
                        text,
                        result.encoder(),
                        row.threat(),
                        row.both(),
                        row.evasion(),
                        row.falseFlag(),
                        row.recall(),
                        row.falseFlags());
            }
        }
        text.append("\n| encoder | label right, not attacked |\n|---|---|\n");
        results.forEach(result -> line(text, result.encoder(), result.classes()));
        if (!pairs.isEmpty()) {
            text.append("\n| pair | attack | flagged SAFE | flagged NSFW | safe to people | safe NSFW | student alone:"
                    + " flagged SAFE | safe to people | AUC of the mean |\n|---|---|---|---|---|---|---|---|---|\n");
        }
        for (PairRun.Result pair : pairs) {
            for (PairRun.Result.Row row : pair.rows()) {
                line(
                        text,
                        pair.parent() + " + " + pair.student(),
                        row.threat(),
                        row.passed(),
                        row.found(),
                        row.held(),
                        row.flagged(),
                        row.passedAlone(),
                        row.heldAlone(),
                        row.mean());
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, Object... cells) {
        for (Object cell : cells) {
            text.append("| ").append(cell).append(' ');
        }
        text.append("|\n");
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("about", about());
        List<Map<String, Object>> encoders = new ArrayList<>();
        for (HeadlineRun.Result result : results) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("encoder", result.encoder());
            one.put("labelRight", TaskReport.json(result.classes()));
            one.put("threshold", result.threshold());
            one.put("rows", result.rows().stream().map(PhotographReport::json).toList());
            encoders.add(one);
        }
        fields.put("encoders", encoders);
        List<Map<String, Object>> together = new ArrayList<>();
        for (PairRun.Result pair : pairs) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("parent", pair.parent());
            one.put("student", pair.student());
            one.put("rows", pair.rows().stream().map(PhotographReport::json).toList());
            together.add(one);
        }
        fields.put("pairs", together);
        return fields;
    }

    private static Map<String, Object> json(HeadlineRun.Result.Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("threat", row.threat());
        fields.put("both", TaskReport.json(row.both()));
        fields.put("evasion", TaskReport.json(row.evasion()));
        fields.put("falseFlag", TaskReport.json(row.falseFlag()));
        fields.put("recall", TaskReport.json(row.recall()));
        fields.put("falseFlags", TaskReport.json(row.falseFlags()));
        return fields;
    }

    private static Map<String, Object> json(PairRun.Result.Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("threat", row.threat());
        fields.put("passed", TaskReport.json(row.passed()));
        fields.put("found", TaskReport.json(row.found()));
        fields.put("held", TaskReport.json(row.held()));
        fields.put("flagged", TaskReport.json(row.flagged()));
        fields.put("passedAlone", TaskReport.json(row.passedAlone()));
        fields.put("heldAlone", TaskReport.json(row.heldAlone()));
        fields.put("mean", TaskReport.json(row.mean()));
        return fields;
    }
}

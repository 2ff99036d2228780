package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.ThreatModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found of a twin, for people and for machines.
 *
 * @param robust the encoder that decides
 * @param clean its twin
 * @param attack how
 * @param threat within what
 * @param unknowing by attackers of the twin alone
 * @param knowing by attackers of both; empty where they were left out
 */
record TwinTable(
        String robust,
        String clean,
        String attack,
        ThreatModel threat,
        TwinEvaluation.Result unknowing,
        Optional<KnowingAttack.Result> knowing) {

    String markdown() {
        String text = """
                **twin** of `%s` and `%s`: %s, %s, pixels after resize as a file; 95 %% intervals (Wilson; of attackers who know both, over files). %s.

                | the attacker knows the twin alone | |
                |---|---|
                | threshold, calibrated on %d clean pictures | %.4f |
                | fires on further clean pictures | %s |
                | decisions of the clean encoder that were right, and attacked | %d |
                | of these, flipped | %d |
                | fires on the flipped | %s |
                """.formatted(
                        robust,
                        clean,
                        attack,
                        threat,
                        TaskRun.machine(),
                        unknowing.calibration().images(),
                        unknowing.calibration().threshold(),
                        unknowing.falsePositives(),
                        unknowing.attacked(),
                        unknowing.flipped(),
                        unknowing.detected());
        return text + knowing.map(TwinTable::markdown).orElse("");
    }

    private static String markdown(KnowingAttack.Result result) {
        StringBuilder text = new StringBuilder("""

                | the attacker knows robust encoder, twin and threshold: weights of twin, nearness | of %d right robust verdicts, flipped | flipped without an alarm |
                |---|---|---|
                """.formatted(result.attacked()));
        for (KnowingAttack.Row row : result.rows()) {
            text.append("| %s, %s | %s | %s |\n"
                    .formatted(row.weights().clean(), row.weights().nearness(), row.flipped(), row.unnoticed()));
        }
        return text.append("| any of them | %s | %s |\n".formatted(result.flipped(), result.unnoticed()))
                .toString();
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("robust", robust);
        fields.put("clean", clean);
        fields.put("threat", threat.toString());
        fields.put("attack", attack);
        fields.put("threshold", unknowing.calibration().threshold());
        fields.put("calibrationImages", unknowing.calibration().images());
        fields.put("falsePositives", TaskReport.json(unknowing.falsePositives()));
        fields.put("attacked", unknowing.attacked());
        fields.put("flipped", unknowing.flipped());
        fields.put("detected", TaskReport.json(unknowing.detected()));
        knowing.ifPresent(result -> fields.put("knowing", json(result)));
        return fields;
    }

    private static Map<String, Object> json(KnowingAttack.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("attacked", result.attacked());
        fields.put("rows", result.rows().stream().map(TwinTable::json).toList());
        fields.put("flipped", result.flipped());
        fields.put("unnoticed", result.unnoticed());
        return fields;
    }

    private static Map<String, Object> json(KnowingAttack.Row row) {
        Map<String, FileBootstrap> shares = new LinkedHashMap<>();
        shares.put("flipped", row.flipped());
        shares.put("unnoticed", row.unnoticed());
        return Map.of("weights", List.of(row.weights().clean(), row.weights().nearness()), "shares", shares);
    }
}

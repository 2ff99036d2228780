package io.bulwark.lab.evaluate;

import io.bulwark.cli.report.Share;
import io.bulwark.lab.attack.ThreatModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an evaluation found, for people and for machines.
 *
 * @param task what was asked
 * @param data what of, in words
 * @param model the encoder's name
 * @param fingerprint the encoder's
 * @param track what the attacker sets
 * @param attack how
 * @param machine where
 * @param intervals of what, and how: {@code over files (bootstrap)}
 * @param rows the clean one first
 */
public record TaskReport(
        String task,
        String data,
        String model,
        String fingerprint,
        String track,
        String attack,
        String machine,
        String intervals,
        List<Row> rows) {

    /**
     * One threat model's scores.
     *
     * @param threat {@code clean}, or the threat model's name
     * @param values by name, in order: one accuracy, or precision and recall
     */
    record Row(String threat, Map<String, ? extends Share> values) {

        static Row clean(Map<String, ? extends Share> values) {
            return new Row("clean", values);
        }

        static Row under(ThreatModel threat, Map<String, ? extends Share> values) {
            return new Row(threat.toString(), values);
        }
    }

    /** A table with what a number means above it. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("**%s** of `%s` (%s), %s.%n".formatted(task, model, fingerprint.substring(0, 12), data));
        text.append("Attack: %s, track *%s*; 95 %% intervals %s. %s.%n%n".formatted(attack, track, intervals, machine));
        List<String> names = new ArrayList<>(rows.get(0).values().keySet());
        text.append("| threat model | ").append(String.join(" | ", names)).append(" |\n");
        text.append("|---|").append("---|".repeat(names.size())).append("\n");
        for (Row row : rows) {
            text.append("| ").append(row.threat());
            for (String name : names) {
                Share value = row.values().get(name);
                text.append(" | ").append(value == null ? "none removed" : value);
            }
            text.append(" |\n");
        }
        return text.toString();
    }

    /** The same as fields. */
    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("task", task);
        fields.put("data", data);
        fields.put("model", model);
        fields.put("fingerprint", fingerprint);
        fields.put("track", track);
        fields.put("attack", attack);
        fields.put("machine", machine);
        fields.put("rows", rows.stream().map(TaskReport::json).toList());
        return fields;
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("threat", row.threat());
        row.values()
                .forEach((name, value) ->
                        fields.put(name.toLowerCase(Locale.ROOT).replace(' ', '-'), json(value)));
        return fields;
    }

    public static Map<String, Object> json(Share value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("value", value.value());
        fields.put("low", value.low());
        fields.put("high", value.high());
        fields.put("questions", value.trials());
        if (value instanceof FileBootstrap overFiles) {
            fields.put("files", overFiles.files());
        }
        return fields;
    }
}

package io.bulwark.lab.evaluate;

import io.bulwark.cli.report.Share;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
 * @param rows the clean one first
 */
record TaskReport(
        String task,
        String data,
        String model,
        String fingerprint,
        String track,
        String attack,
        String machine,
        List<Row> rows)
        implements Results.Report {

    /**
     * One threat model's scores.
     *
     * @param threat {@code clean}, or the threat model's name
     * @param values by name, in order: one accuracy, or precision and recall
     */
    record Row(String threat, Map<String, ? extends Share> values) {}

    @Override
    public String markdown() {
        Markdown text = new Markdown()
                .line("**%s** of `%s` (%s), %s.", task, model, fingerprint.substring(0, 12), data)
                .line("Attack: %s, track *%s*; 95 %% intervals over files (bootstrap). %s.", attack, track, machine);
        Set<String> names = rows.get(0).values().keySet();
        text.header(Stream.concat(Stream.of("threat model"), names.stream()).toArray());
        for (Row row : rows) {
            text.row(Stream.concat(
                            Stream.of(row.threat()),
                            names.stream()
                                    .map(name -> Optional.<Object>ofNullable(
                                                    row.values().get(name))
                                            .orElse("none removed")))
                    .toArray());
        }
        return text.toString();
    }

    @Override
    public Map<String, Object> json() {
        return Fields.of(
                "task",
                task,
                "data",
                data,
                "model",
                model,
                "fingerprint",
                fingerprint,
                "track",
                track,
                "attack",
                attack,
                "machine",
                machine,
                "rows",
                rows.stream().map(TaskReport::json).toList());
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> fields = Fields.of("threat", row.threat());
        row.values()
                .forEach((name, value) ->
                        fields.put(name.toLowerCase(Locale.ROOT).replace(' ', '-'), Fields.of(value)));
        return fields;
    }

    /** A share with its interval. */
    public static Map<String, Object> json(Share value) {
        return Fields.of(value);
    }
}

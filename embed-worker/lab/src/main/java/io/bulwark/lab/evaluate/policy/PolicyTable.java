package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.evaluate.FileBootstrap;
import io.bulwark.lab.evaluate.policy.PolicyReport.Check;
import io.bulwark.lab.evaluate.policy.PolicyReport.Row;
import io.bulwark.lab.evaluate.policy.PolicyReport.Shares;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A report for people and for machines.
 *
 * @param about on what, against what, where
 * @param report what was found
 */
record PolicyTable(String about, PolicyReport report) {

    private static final List<Outcome> OF_FLAGGED = List.of(Outcome.NSFW, Outcome.REVIEW, Outcome.SAFE);
    private static final List<Outcome> OF_SAFE = List.of(Outcome.SAFE, Outcome.REVIEW, Outcome.NSFW);

    String markdown() {
        StringBuilder text = new StringBuilder(about);
        text.append("\n\n| track, threat model | attack | flagged stays NSFW | becomes REVIEW | becomes SAFE")
                .append(" | safe stays SAFE | becomes REVIEW | becomes NSFW |\n|---|---|---|---|---|---|---|---|\n");
        for (Row row : report.rows()) {
            text.append("| %s, %s | %s".formatted(row.track(), row.threat(), row.attack()));
            cells(text, row.flagged(), OF_FLAGGED);
            cells(text, row.safe(), OF_SAFE);
            text.append(" |\n");
        }
        text.append("\n| sanity check | holds | found |\n|---|---|---|\n");
        for (Check check : report.checks()) {
            text.append("| %s | %s | %s |\n".formatted(check.what(), check.holds() ? "yes" : "**no**", check.found()));
        }
        return text.toString();
    }

    private static void cells(StringBuilder text, Optional<Shares> shares, List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            text.append(" | ")
                    .append(shares.map(of -> of.of().get(outcome).toString()).orElse("none asked"));
        }
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("about", about);
        fields.put("rows", report.rows().stream().map(PolicyTable::json).toList());
        fields.put("checks", report.checks());
        return fields;
    }

    private static Map<String, Object> json(Row row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("track", row.track());
        fields.put("threat", row.threat());
        fields.put("attack", row.attack());
        row.flagged().ifPresent(shares -> fields.put("flagged", json(shares)));
        row.safe().ifPresent(shares -> fields.put("safe", json(shares)));
        return fields;
    }

    private static Map<String, Object> json(Shares shares) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Map.Entry<Outcome, FileBootstrap> share : shares.of().entrySet()) {
            fields.put(share.getKey().name(), share.getValue());
        }
        return fields;
    }
}

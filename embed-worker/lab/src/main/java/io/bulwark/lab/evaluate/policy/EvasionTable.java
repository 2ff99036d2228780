package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.evaluate.policy.PolicyReport.Shares;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What evasions came to, for people and for machines.
 *
 * @param about on what, where
 * @param results by the views that were judged
 */
record EvasionTable(String about, Map<String, EvasionRun.Result> results) {

    String markdown() {
        StringBuilder text = new StringBuilder(about);
        text.append(
                "\n\n| views | change | flagged stays NSFW | becomes REVIEW | becomes SAFE |\n|---|---|---|---|---|\n");
        results.forEach((views, result) -> result.flagged()
                .forEach((change, shares) -> text.append("| %s | %s | %s |\n"
                        .formatted(views, change, cells(shares, Outcome.NSFW, Outcome.REVIEW, Outcome.SAFE)))));
        text.append(
                "\n| views | safe pictures as they are: SAFE | REVIEW | NSFW | to decide one, ms |\n|---|---|---|---|---|\n");
        results.forEach((views, result) -> result.safe()
                .ifPresent(shares -> text.append("| %s | %s | %s |\n"
                        .formatted(
                                views,
                                cells(shares, Outcome.SAFE, Outcome.REVIEW, Outcome.NSFW),
                                String.format(Locale.ROOT, "%.0f", 1000 * result.secondsEach())))));
        return text.toString();
    }

    private static String cells(Shares shares, Outcome first, Outcome second, Outcome third) {
        return "%s | %s | %s"
                .formatted(
                        shares.of().get(first),
                        shares.of().get(second),
                        shares.of().get(third));
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("about", about);
        results.forEach((views, result) -> fields.put(views, json(result)));
        return fields;
    }

    private static Map<String, Object> json(EvasionRun.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Map<String, Object> flagged = new LinkedHashMap<>();
        result.flagged().forEach((change, shares) -> flagged.put(change, shares.of()));
        fields.put("flagged", flagged);
        result.safe().ifPresent(shares -> fields.put("safe", shares.of()));
        fields.put("secondsEach", result.secondsEach());
        return fields;
    }
}

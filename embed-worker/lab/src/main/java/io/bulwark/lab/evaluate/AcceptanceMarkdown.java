package io.bulwark.lab.evaluate;

import io.bulwark.perception.evaluate.Proportion;
import io.bulwark.perception.evaluate.acceptance.AcceptanceReport;
import io.bulwark.perception.evaluate.acceptance.AcceptanceReport.EditRow;
import io.bulwark.perception.evaluate.acceptance.AcceptanceReport.LabelRow;
import io.bulwark.perception.evaluate.acceptance.BankSize;
import io.bulwark.perception.evaluate.acceptance.Estimate;
import io.bulwark.perception.evaluate.acceptance.Judged.Decision;
import io.bulwark.perception.evaluate.acceptance.Outcomes;
import io.bulwark.perception.evaluate.acceptance.Split;
import io.bulwark.perception.evaluate.acceptance.Traffic;
import io.bulwark.perception.evaluate.acceptance.UnderAttack;
import io.bulwark.perception.evaluate.everyday.Edit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** An acceptance report for people: the answer first, then what it rests on. */
final class AcceptanceMarkdown {

    private static final String LIMITS = """

            ## What these numbers do not say

            - The Bulwark project has never tested an explicit picture. What this report says of your files is measured on your
              files alone, and nothing else vouches for it.
            - The intervals speak of other files like these. Collect the files as your uploads come, or the numbers will be those
              of your collection.
            - Only files of the same bytes were recognised as copies. A resized or recompressed copy of a bank file among the test
              files makes the result look better than it is.
            - An attack that is not listed here may do better than the ones that are.
            """;

    private final AcceptanceReport report;
    private final StringBuilder text = new StringBuilder();

    private AcceptanceMarkdown(AcceptanceReport report) {
        this.report = report;
    }

    static String of(AcceptanceReport report) {
        return new AcceptanceMarkdown(report).text();
    }

    private String text() {
        answer();
        subject();
        split();
        labels();
        edits();
        report.attack().ifPresent(this::attack);
        bankSizes();
        traffic();
        return text.append(LIMITS).toString();
    }

    private void answer() {
        Outcomes flagged = report.flagged();
        Outcomes safe = report.safe();
        text.append("# Does Bulwark work on these pictures?\n\n");
        text.append("Of %d flagged test files %s are decided NSFW, %s are left to a person, and %s pass as SAFE.\n"
                .formatted(
                        flagged.files(),
                        share(flagged, Decision.NSFW),
                        share(flagged, Decision.REVIEW),
                        share(flagged, Decision.SAFE)));
        text.append("Of %d safe test files %s are falsely flagged, and %s are left to a person.\n"
                .formatted(safe.files(), share(safe, Decision.NSFW), share(safe, Decision.REVIEW)));
        text.append("Brackets are 95 % intervals (Wilson) over files. ");
        text.append("The files that are not decided as their label says are listed in `acceptance.json`: %d of %d.\n"
                .formatted(report.wrong().size(), report.tested().size()));
    }

    private void subject() {
        header("", "");
        row(
                "model",
                "`%s`, fingerprint `%s`"
                        .formatted(
                                report.subject().model(),
                                report.subject().fingerprint().substring(0, 12)));
        row(
                "policy",
                report.subject().policy().entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .collect(Collectors.joining(", ")));
        row("machine", report.subject().machine());
        row(
                "left out",
                "%d copies of the same bytes; %d files whose bytes lie under several labels; %d bank or calibration files that cannot be decoded"
                        .formatted(
                                report.split().copies(),
                                report.split().contradictory().size(),
                                report.unreadable()));
    }

    private void split() {
        text.append("\n## How the files were divided\n\n");
        text.append("A file's SHA-256 says on which side it is. Nothing saw the test files before they were judged.\n");
        header("label", "kind", "bank", "calibration", "test");
        for (Split.Sizes sizes : report.split().sizes()) {
            row(
                    escaped(sizes.label()),
                    kind(sizes.flagged()),
                    "" + sizes.bank(),
                    "" + sizes.calibration(),
                    "" + sizes.test());
        }
        row(
                "**all**",
                "",
                "" + report.split().bank().size(),
                "" + report.split().calibration().size(),
                "" + report.split().test().size());
    }

    private void labels() {
        text.append("\n## By label\n\n");
        text.append("NSFW is the recall of a flagged label and the false flags of a safe one.\n");
        header("label", "kind", "files", "NSFW", "REVIEW", "REFUSED", "SAFE", "flagged by");
        for (LabelRow row : report.labels()) {
            label(escaped(row.label()), row.flagged(), row.outcomes());
        }
        label("**all flagged**", true, report.flagged());
        label("**all safe**", false, report.safe());
    }

    private void label(String label, boolean flagged, Outcomes outcomes) {
        row(
                label,
                kind(flagged),
                "" + outcomes.files(),
                share(outcomes, Decision.NSFW),
                share(outcomes, Decision.REVIEW),
                share(outcomes, Decision.REFUSED),
                share(outcomes, Decision.SAFE),
                outcomes.decidingLabels().entrySet().stream()
                        .map(by -> escaped(by.getKey()) + " " + by.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private void edits() {
        List<EditRow> rows = report.edits();
        if (rows.isEmpty()) {
            return;
        }
        text.append("\n## What uploaders do\n\n");
        text.append(
                "Each of %d flagged and %d safe test files, edited in one way at a time. Pictures of more than %d pixels a side are shrunk to that first.\n"
                        .formatted(
                                rows.get(0).flagged().files(),
                                rows.get(0).safe().files(),
                                Edit.LONGEST_SIDE));
        header(
                "edit",
                "flagged: NSFW",
                "flagged: REVIEW",
                "flagged: REFUSED",
                "flagged: SAFE",
                "safe: NSFW",
                "safe: REVIEW");
        for (EditRow row : rows) {
            row(
                    row.edit().map(Edit::title).orElse("**none: as it is**"),
                    share(row.flagged(), Decision.NSFW),
                    bare(row.flagged(), Decision.REVIEW),
                    bare(row.flagged(), Decision.REFUSED),
                    share(row.flagged(), Decision.SAFE),
                    share(row.safe(), Decision.NSFW),
                    bare(row.safe(), Decision.REVIEW));
        }
    }

    private void attack(UnderAttack attack) {
        text.append("\n## Under attack\n\n");
        text.append("%s, %s, on %s. The attacker knows the model, the bank and the policy.\n"
                .formatted(attack.attack(), attack.threat(), attack.track()));
        header("files", "number", "NSFW", "REVIEW", "REFUSED", "SAFE");
        attacked("flagged, as they are", attack.flaggedBefore());
        attacked("flagged, attacked to be SAFE", attack.flagged());
        attacked("safe, as they are", attack.safeBefore());
        attacked("safe, attacked to be NSFW", attack.safe());
    }

    private void attacked(String which, Outcomes outcomes) {
        row(
                which,
                "" + outcomes.files(),
                share(outcomes, Decision.NSFW),
                share(outcomes, Decision.REVIEW),
                share(outcomes, Decision.REFUSED),
                share(outcomes, Decision.SAFE));
    }

    private void bankSizes() {
        if (report.bankSizes().isEmpty()) {
            return;
        }
        text.append("\n## How large a bank is needed\n\n");
        text.append("The same test files by parts of the bank, each calibrated anew. If the last rows still improve,"
                + " add references.\n");
        header("files in the bank", "recall", "flagged: SAFE", "false flags", "safe: REVIEW");
        for (BankSize size : report.bankSizes()) {
            row(
                    "" + size.files(),
                    share(size.flagged(), Decision.NSFW),
                    share(size.flagged(), Decision.SAFE),
                    share(size.safe(), Decision.NSFW),
                    share(size.safe(), Decision.REVIEW));
        }
    }

    private void traffic() {
        text.append("\n## In traffic\n\n");
        text.append(
                "If your flagged uploads are such as the flagged test files, and your safe ones such as the safe ones."
                        + " Brackets hold with 95 % or more.\n");
        header(
                "flagged uploads",
                "reviews per 10,000 uploads",
                "false flags per 10,000",
                "missed per 10,000",
                "precision of NSFW");
        for (Traffic traffic : report.traffic()) {
            row(
                    new BigDecimal(100 * traffic.prevalence(), new MathContext(4))
                                    .stripTrailingZeros()
                                    .toPlainString()
                            + " %",
                    number(traffic.reviews()),
                    number(traffic.falseFlags()),
                    number(traffic.missed()),
                    traffic.precision()
                            .map(precision -> percent(precision.value(), precision.low(), precision.high()))
                            .orElse("nothing is flagged"));
        }
    }

    private static String kind(boolean flagged) {
        return flagged ? "flagged" : "safe";
    }

    private static String share(Outcomes outcomes, Decision decision) {
        Optional<Proportion> share = outcomes.share(decision);
        return share.map(found -> percent(found.value(), found.low(), found.high()))
                .orElse("–");
    }

    /** Without the interval, where a table is wide. */
    private static String bare(Outcomes outcomes, Decision decision) {
        return outcomes.share(decision)
                .map(found -> String.format(Locale.ROOT, "%.1f %%", 100 * found.value()))
                .orElse("–");
    }

    private static String percent(double value, double low, double high) {
        return String.format(Locale.ROOT, "%.1f %% [%.1f, %.1f]", 100 * value, 100 * low, 100 * high);
    }

    private static String number(Estimate estimate) {
        return String.format(Locale.ROOT, "%.1f [%.1f, %.1f]", estimate.value(), estimate.low(), estimate.high());
    }

    private void header(String... columns) {
        text.append("\n");
        row(columns);
        text.append("|---".repeat(columns.length)).append("|\n");
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Labels are free strings. */
    private static String escaped(String label) {
        return label.replace("|", "\\|");
    }
}

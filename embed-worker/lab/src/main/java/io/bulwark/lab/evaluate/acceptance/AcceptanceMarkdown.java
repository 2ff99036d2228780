package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.ChangeSummary;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.Promise;
import io.bulwark.perception.verdict.PacBound;
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
            - An attack that is not listed here may do better than the ones that are.
            """;

    private static final String NONE = "–";

    private final AcceptanceReport report;
    private final Markdown text = new Markdown();

    private AcceptanceMarkdown(AcceptanceReport report) {
        this.report = report;
    }

    static String of(AcceptanceReport report) {
        return new AcceptanceMarkdown(report).text();
    }

    private String text() {
        answer();
        nearCopies();
        subject();
        split();
        labels();
        edits();
        views();
        report.attack().ifPresent(this::attack);
        bankSizes();
        traffic();
        return text + LIMITS;
    }

    private void answer() {
        Outcomes flagged = report.flagged();
        Outcomes safe = report.safe();
        text.line("# Does Bulwark work on these pictures?\n");
        text.line(
                "Of %d flagged test files %s are decided NSFW, %s are left to a person, and %s pass as SAFE.",
                flagged.files(),
                share(flagged, Decision.NSFW),
                share(flagged, Decision.REVIEW),
                share(flagged, Decision.SAFE));
        text.line(
                "Of %d safe test files %s are falsely flagged, and %s are left to a person.",
                safe.files(), share(safe, Decision.NSFW), share(safe, Decision.REVIEW));
        text.line(
                "Brackets are 95 %% intervals %s. The files that are not decided as their label says are"
                        + " listed in `acceptance.json`: %d of %d.",
                report.split().isByContributor()
                        ? "over contributors, or over the files that squares were cut from (bootstrap, never narrower than"
                                + " Wilson's of as many independent files)"
                        : "(Wilson) over files",
                report.wrong().size(),
                report.tested().size());
    }

    private void nearCopies() {
        if (report.nearCopies().isEmpty()) {
            text.line(
                    "\nNo test file looks like a copy of a bank file (cosine of %s or more).", report.copySimilarity());
        } else {
            Outcomes flagged = report.withoutNearCopies(true);
            Outcomes safe = report.withoutNearCopies(false);
            text.line(
                    "\n**%d test files look like copies of bank files** (cosine of %s or more; listed in `acceptance.json`),"
                            + " which makes the result look better than it is. Without them %s of %d flagged files are decided"
                            + " NSFW and %s pass as SAFE, and %s of %d safe files are falsely flagged.",
                    report.nearCopies().size(),
                    report.copySimilarity(),
                    share(flagged, Decision.NSFW),
                    flagged.files(),
                    share(flagged, Decision.SAFE),
                    share(safe, Decision.NSFW),
                    safe.files());
        }
    }

    private void subject() {
        text.header("", "");
        text.row(
                "model",
                "`%s`, fingerprint `%s`"
                        .formatted(
                                report.subject().model(),
                                report.subject().fingerprint().substring(0, 12)));
        text.row("bank", report.subject().bank());
        text.row(
                "policy",
                report.subject().policy().entrySet().stream()
                        .map(setting -> Markdown.escaped(setting.getKey() + "=" + setting.getValue()))
                        .collect(Collectors.joining(", ")));
        report.calibration()
                .falseFlags()
                .ifPresent(found ->
                        promise(found, "safe", "are decided NSFW", report.goal().falseFlags()));
        report.calibration()
                .misses()
                .ifPresent(found ->
                        promise(found, "flagged", "pass as SAFE", report.goal().misses()));
        report.calibration()
                .changed()
                .flatMap(Calibration.Changed::falseFlags)
                .ifPresent(found -> promise(
                        found, "changed safe", "are decided NSFW", report.goal().falseFlags()));
        report.calibration()
                .changed()
                .ifPresent(changed -> text.row(
                        "changed calibration files",
                        String.format(
                                Locale.ROOT,
                                "of %d files, each changed once: %.1f %% of the flagged pass, %.1f %% of all are left to a "
                                        + "person, %.1f %% because nothing in the bank is near",
                                changed.files(),
                                100 * changed.missRate(),
                                100 * changed.reviewRate(),
                                100 * changed.unfamiliarRate())));
        text.row("machine", report.subject().machine());
        text.row(
                "left out",
                "%d copies of the same bytes; %d files whose bytes lie under several labels; %d bank or calibration files that cannot be decoded"
                        .formatted(
                                report.split().copies(),
                                report.split().contradictory().size(),
                                report.unreadable().size()));
    }

    private void promise(Promise found, String kind, String error, double wanted) {
        String asked = found.kept() ? "as asked for" : "%s %% were asked for".formatted(decimal(100 * wanted));
        if (!found.kept() && wanted > 0 && found.files() < PacBound.fewest(wanted, 1 - found.confidence())) {
            asked += ", which takes %d %s calibration files or more"
                    .formatted(PacBound.fewest(wanted, 1 - found.confidence()), kind);
        }
        text.row(
                "promise",
                String.format(
                        Locale.ROOT,
                        "at most %.1f %% of %s files like these %s, with a confidence of %s %% (%d of %d calibration files are); %s",
                        100 * found.rate(),
                        kind,
                        error,
                        decimal(100 * found.confidence()),
                        found.errors(),
                        found.files(),
                        asked));
    }

    private void split() {
        text.section("How the files were divided");
        text.line(
                "%s The bank holds the whole view of each bank file, as `bank build`"
                        + " makes it. Temperature, floor and known-similarity come from the bank files, each decided by all the others;"
                        + " the thresholds come from the calibration files, in all the views that a worker takes. Nothing saw the test"
                        + " files before they were judged.",
                report.split().isByContributor()
                        ? ("No contributor is on two sides: the bank has files of %d, the calibration of %d others, and the test"
                                        + " of %d others.")
                                .formatted(
                                        AcceptanceSplit.contributors(
                                                report.split().bank()),
                                        AcceptanceSplit.contributors(
                                                report.split().calibration()),
                                        AcceptanceSplit.contributors(
                                                report.split().test()))
                        : "A file's SHA-256 says on which side it is.");
        text.header("label", "kind", "bank", "calibration", "test");
        for (AcceptanceSplit.Sizes sizes : report.split().sizes()) {
            text.row(
                    Markdown.escaped(sizes.label()),
                    kind(sizes.flagged()),
                    sizes.bank(),
                    sizes.calibration(),
                    sizes.test());
        }
        text.row(
                "**all**",
                "",
                report.split().bank().size(),
                report.split().calibration().size(),
                report.split().test().size());
    }

    private void labels() {
        text.section("By label");
        text.line("NSFW is the recall of a flagged label and the false flags of a safe one.");
        text.header("label", "kind", "files", "NSFW", "REVIEW", "REFUSED", "SAFE", "flagged by");
        for (AcceptanceReport.LabelRow row : report.labels()) {
            label(Markdown.escaped(row.label()), row.flagged(), row.outcomes());
        }
        label("**all flagged**", true, report.flagged());
        label("**all safe**", false, report.safe());
    }

    private void label(String label, boolean flagged, Outcomes outcomes) {
        text.row(
                label,
                kind(flagged),
                outcomes.files(),
                share(outcomes, Decision.NSFW),
                share(outcomes, Decision.REVIEW),
                share(outcomes, Decision.REFUSED),
                share(outcomes, Decision.SAFE),
                outcomes.decidingLabels().entrySet().stream()
                        .map(by -> Markdown.escaped(by.getKey()) + " " + by.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private void edits() {
        List<AcceptanceReport.EditRow> rows = report.edits();
        if (rows.isEmpty()) {
            return;
        }
        int edited = rows.get(0).flagged().files() + rows.get(0).safe().files();
        text.section("What uploaders do");
        text.line(
                "Each of %d flagged and %d safe test files, edited in one way at a time; the other %d were not edited."
                        + " Pictures of more than %d pixels a side are shrunk to that first. An edited file has another SHA-256,"
                        + " so that it is never known by its hash; that it looks like a reference may help.",
                rows.get(0).flagged().files(),
                rows.get(0).safe().files(),
                report.tested().size() - edited,
                Edit.LONGEST_SIDE);
        summary("", report.changes());
        summary("kept out of the bank and of training: ", report.changesKeptOut());
        text.header(
                "edit",
                "flagged: NSFW",
                "flagged: REVIEW",
                "flagged: REFUSED",
                "flagged: SAFE",
                "safe: NSFW",
                "safe: REVIEW",
                "safe: unfamiliar");
        for (AcceptanceReport.EditRow row : rows) {
            text.row(
                    row.edit().map(AcceptanceMarkdown::title).orElse("**none: as it is**"),
                    share(row.flagged(), Decision.NSFW),
                    bare(row.flagged(), Decision.REVIEW),
                    bare(row.flagged(), Decision.REFUSED),
                    share(row.flagged(), Decision.SAFE),
                    share(row.safe(), Decision.NSFW),
                    bare(row.safe(), Decision.REVIEW),
                    unfamiliar(row.safe()));
        }
    }

    private static String title(Edit edit) {
        return edit.title() + (edit.isTaught() ? "" : " (kept out)");
    }

    /** The part of the files that is left to a person because nothing in the bank is near. */
    private static String unfamiliar(Outcomes outcomes) {
        return outcomes.files() == 0
                ? "–"
                : String.format(
                        Locale.ROOT,
                        "%.1f %%",
                        100.0 * outcomes.reasons().getOrDefault("UNFAMILIAR", 0) / outcomes.files());
    }

    private void summary(String which, Optional<ChangeSummary> found) {
        found.ifPresent(changes -> text.line(
                "\n%schanges=%d flagged: NSFW or REVIEW at least %.2f (worst: %s), NSFW %.2f on average; safe: NSFW at most"
                        + " %.2f (%s), REVIEW at most %.2f (%s)",
                which,
                changes.changes(),
                changes.caught().share(),
                changes.caught().edit().title(),
                changes.meanRecall(),
                changes.falseFlags().share(),
                changes.falseFlags().edit().title(),
                changes.reviews().share(),
                changes.reviews().edit().title()));
    }

    private void views() {
        List<AcceptanceReport.ViewRow> original = report.views(false);
        List<AcceptanceReport.ViewRow> edited = report.views(true);
        if (original.isEmpty()) {
            return;
        }
        text.section("Which views decide");
        text.line(
                "The worst view of a file decides: where several would decide alike, the one with the greatest score counts."
                        + " With a second encoder it is the first one's worst.");
        text.header(
                "files",
                "view",
                "views",
                "flagged: NSFW by it",
                "flagged: REVIEW",
                "flagged: SAFE",
                "safe: NSFW by it",
                "safe: REVIEW");
        original.forEach(row -> view("as they are", row));
        edited.forEach(row -> view("edited", row));
    }

    private void view(String files, AcceptanceReport.ViewRow row) {
        text.row(
                files,
                row.kind(),
                row.views(),
                row.flaggedNsfw(),
                row.flaggedReview(),
                row.flaggedSafe(),
                row.safeNsfw(),
                row.safeReview());
    }

    private void attack(AcceptanceAttack.UnderAttack attack) {
        text.section("Under attack");
        text.line("- **Who:** an uploader who knows the model's weights, every reference of the bank and the policy's"
                + " settings, and follows the gradient.");
        text.line("- **May:** change the pixels by at most %s (norm and ε, values in [0, 1]).", attack.threat());
        text.line(
                "- **Attack:** %s; the next file as soon as the decision is the one wanted. Success is judged by the decision"
                        + " itself.",
                attack.attack());
        text.line(
                "- **Track:** %s: the whole view, set as floats, as if a picture of the encoder's own size were uploaded. Other"
                        + " views are not looked at, so that the decisions before the attack may differ from those above.",
                attack.track());
        text.line("- **Files:** the first of each kind in the order of hashes, files with a wrong decision before"
                + " the attack included.");
        text.header("files", "number", "NSFW", "REVIEW", "REFUSED", "SAFE");
        attacked("flagged, as they are", attack.flaggedBefore());
        attacked("flagged, attacked to be SAFE", attack.flagged());
        attacked("safe, as they are", attack.safeBefore());
        attacked("safe, attacked to be NSFW", attack.safe());
    }

    private void attacked(String which, Outcomes outcomes) {
        text.row(
                which,
                outcomes.files(),
                share(outcomes, Decision.NSFW),
                share(outcomes, Decision.REVIEW),
                share(outcomes, Decision.REFUSED),
                share(outcomes, Decision.SAFE));
    }

    private void bankSizes() {
        if (report.bankSizes().isEmpty()) {
            return;
        }
        text.section("How large a bank is needed");
        text.line("The same test files by parts of the bank, each with its own calibration. If the last rows still"
                + " improve, add references.");
        text.header("files in the bank", "recall", "flagged: SAFE", "false flags", "safe: REVIEW");
        for (AcceptanceReport.BankSize size : report.bankSizes()) {
            text.row(
                    size.files(),
                    share(size.flagged(), Decision.NSFW),
                    share(size.flagged(), Decision.SAFE),
                    share(size.safe(), Decision.NSFW),
                    share(size.safe(), Decision.REVIEW));
        }
    }

    private void traffic() {
        text.section("In traffic");
        text.line(
                "If your flagged uploads are such as the flagged test files, and your safe ones such as the safe ones."
                        + " Brackets hold with 95 %% or more.");
        text.header(
                "flagged uploads",
                "reviews per 10,000 uploads",
                "false flags per 10,000",
                "missed per 10,000",
                "precision of NSFW");
        for (Traffic traffic : report.traffic()) {
            text.row(
                    decimal(100 * traffic.prevalence()) + " %",
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

    /** With as many decimals as it has, four digits at most. */
    private static String decimal(double value) {
        return new BigDecimal(value, new MathContext(4)).stripTrailingZeros().toPlainString();
    }

    private static String share(Outcomes outcomes, Decision decision) {
        return outcomes.share(decision)
                .map(found -> percent(found.value(), found.low(), found.high()))
                .orElse(NONE);
    }

    /** A share without its interval. */
    private static String bare(Outcomes outcomes, Decision decision) {
        return outcomes.share(decision)
                .map(found -> String.format(Locale.ROOT, "%.1f %%", 100 * found.value()))
                .orElse(NONE);
    }

    private static String percent(double value, double low, double high) {
        return String.format(Locale.ROOT, "%.1f %% [%.1f, %.1f]", 100 * value, 100 * low, 100 * high);
    }

    private static String number(Traffic.Estimate estimate) {
        return String.format(Locale.ROOT, "%.1f [%.1f, %.1f]", estimate.value(), estimate.low(), estimate.high());
    }
}

package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Decided;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Outcomes;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Row;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Encoders side by side on photographs by contributor. Filled result by result by one thread. */
final class PhotographReport {

    private final List<Photograph> references;
    private final List<Photograph> asked;
    private final HeadlineSpec spec;
    private final Map<String, HeadlineResult> results = new LinkedHashMap<>();

    /**
     * @param references the bank
     * @param asked the questions
     * @param spec how they are attacked
     */
    PhotographReport(List<Photograph> references, List<Photograph> asked, HeadlineSpec spec) {
        this.references = references;
        this.asked = asked;
        this.spec = spec;
    }

    /**
     * In place of what it came to before.
     *
     * @param model as it was asked for
     */
    void put(String model, HeadlineResult result) {
        results.put(model, result);
    }

    private String about() {
        HeadlineSpec.Effort effort = spec.effort();
        return Fields.text(
                "%d questions by %d contributors, a bank of %d by %d others; flagged: %s. APGD %d x %d on the margin, to the"
                        + " last iteration, and Square with %d queries; HopSkipJump with %d. Of each question the worst"
                        + " attack counts, in every ball that it fits; %s. Thresholds are those of all questions as they are:"
                        + " %.0f %% of the safe ones NSFW, %.0f %% of them to people. 95 %% intervals over contributors, merged"
                        + " where they share copies, and never narrower than Wilson's of as many independent questions.",
                asked.size(),
                contributors(asked),
                references.size(),
                contributors(references),
                spec.flagged().stream().sorted().collect(Collectors.joining(", ")),
                effort.iterations(),
                effort.restarts(),
                effort.squareQueries(),
                effort.decisionQueries(),
                Machine.describe(),
                100 * spec.falseFlags(),
                100 * spec.toPeople());
    }

    private static long contributors(List<Photograph> photographs) {
        return photographs.stream().map(Photograph::contributor).distinct().count();
    }

    String markdown() {
        Markdown text = new Markdown().text(about());
        text.header("encoder", "label right, not attacked", "clusters of contributors");
        for (HeadlineResult result : results.values()) {
            text.row(result.encoder(), result.classes(), result.clusters());
        }
        text.header(
                "encoder",
                "attack",
                "questions",
                "attacker has",
                "AUC, both sides",
                "evasion alone",
                "false flags alone",
                "balanced accuracy",
                "AUC of the pair's mean");
        for (HeadlineResult result : results.values()) {
            for (Row row : result.rows()) {
                text.row(
                        result.encoder(),
                        row.threat(),
                        row.questions(),
                        row.has(),
                        row.both(),
                        row.evasion(),
                        row.falseFlag(),
                        row.balanced(),
                        row.mean().map(AreaUnderCurve::toString).orElse(""));
            }
        }
        text.header(
                "decides",
                "attack",
                "questions",
                "attacker has",
                "flagged: SAFE",
                "to people",
                "NSFW",
                "safe: NSFW",
                "to people",
                "SAFE");
        for (HeadlineResult result : results.values()) {
            for (Row row : result.rows()) {
                outcomes(text, result.encoder(), row, row.alone());
            }
            for (Row row : result.rows()) {
                row.pair()
                        .ifPresent(pair ->
                                outcomes(text, "pair with " + result.parent().orElseThrow(), row, pair));
            }
        }
        return text.toString();
    }

    /** The area over ε of an attacker who has everything, of one norm; a line for each encoder. */
    Results.Curve curve(Norm norm) {
        Results.Curve curve = new Results.Curve(
                "photographs by contributor, both sides attacked",
                norm == Norm.LINF ? "l∞ ε in 1/255" : "l2 ε",
                "area under the curve");
        for (HeadlineResult result : results.values()) {
            SortedMap<Double, AreaUnderCurve> points = new TreeMap<>();
            // The questions that are attacked, as they are, are the last row without a threat.
            result.rows().stream()
                    .filter(row -> row.threat().equals(HeadlineRun.UNTOUCHED))
                    .forEach(row -> points.put(0.0, row.both()));
            for (ThreatModel threat : spec.threats()) {
                if (threat.norm() == norm) {
                    result.rows().stream()
                            .filter(row -> row.threat().equals(threat.toString())
                                    && row.has().equals(Attacker.Knowledge.EVERYTHING.toString()))
                            .forEach(row -> points.put(threat.epsilon() * (norm == Norm.LINF ? 255 : 1), row.both()));
                }
            }
            curve.add(result.encoder(), points);
        }
        return curve;
    }

    private static void outcomes(Markdown text, String decides, Row row, Decided decided) {
        Outcomes flagged = decided.flagged();
        Outcomes safe = decided.safe();
        text.row(
                decides,
                row.threat(),
                row.questions(),
                row.has(),
                flagged.safe(),
                flagged.toPeople(),
                flagged.nsfw(),
                safe.nsfw(),
                safe.toPeople(),
                safe.safe());
    }

    Map<String, Object> json() {
        return Fields.of(
                "about",
                about(),
                "encoders",
                results.values().stream().map(PhotographReport::json).toList());
    }

    private static Map<String, Object> json(HeadlineResult result) {
        return Fields.of(
                "encoder",
                result.encoder(),
                "parent",
                result.parent(),
                "attacked",
                result.attacked(),
                "clusters",
                result.clusters(),
                "labelRight",
                Fields.of(result.classes()),
                "rows",
                result.rows().stream().map(PhotographReport::json).toList());
    }

    private static Map<String, Object> json(Row row) {
        return Fields.of(
                "threat",
                row.threat(),
                "questions",
                row.questions(),
                "attackerHas",
                row.has(),
                "both",
                Fields.of(row.both()),
                "evasion",
                Fields.of(row.evasion()),
                "falseFlag",
                Fields.of(row.falseFlag()),
                "balancedAccuracy",
                Fields.of(row.balanced()),
                "pairMean",
                row.mean().map(Fields::of),
                "alone",
                json(row.alone()),
                "pair",
                row.pair().map(PhotographReport::json));
    }

    private static Map<String, Object> json(Decided decided) {
        return Fields.of("flagged", json(decided.flagged()), "safe", json(decided.safe()));
    }

    private static Map<String, Object> json(Outcomes outcomes) {
        return Fields.of(
                "safe",
                Fields.of(outcomes.safe()),
                "toPeople",
                Fields.of(outcomes.toPeople()),
                "nsfw",
                Fields.of(outcomes.nsfw()));
    }
}

package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.evaluate.acceptance.AcceptanceAttack.UnderAttack;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.BankSize;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.Subject;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.CalibratedBank.NearCopy;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import io.bulwark.lab.evaluate.acceptance.Judged.TestedFile;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Calibration.Promise;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptanceResultsTest {

    private static final Judged NSFW =
            new Judged(Decision.NSFW, Optional.of("weapons"), OptionalDouble.of(0.9), Optional.empty());
    private static final Judged SAFE =
            new Judged(Decision.SAFE, Optional.of("cats"), OptionalDouble.of(0.1), Optional.empty());
    private static final Judged REVIEW =
            new Judged(Decision.REVIEW, Optional.empty(), OptionalDouble.of(0.5), Optional.of("UNFAMILIAR"));

    @TempDir
    private Path out;

    private final StringWriter printed = new StringWriter();
    private final StringWriter notes = new StringWriter();
    private final List<TestedFile> tested = new ArrayList<>();
    private final List<NearCopy> nearCopies = new ArrayList<>();

    @Test
    void theAnswerComesFirstWithIntervalsOverFiles() {
        String markdown = AcceptanceMarkdown.of(report(Optional.empty(), List.of()));

        assertThat(markdown)
                .startsWith("# Does Bulwark work on these pictures?\n\nOf 10 flagged test files 80.0 % [49.0, 94.3] are"
                        + " decided NSFW, 10.0 % [1.8, 40.4] are left to a person, and 10.0 % [1.8, 40.4] pass as SAFE.\n"
                        + "Of 20 safe test files 5.0 % [0.9, 23.6] are falsely flagged")
                .contains("`acceptance.json`: 3 of 30.")
                .contains("never tested an explicit picture")
                .doesNotContain("## Under attack")
                .doesNotContain("## How large a bank");
    }

    @Test
    void theReportSaysWhatItIsOf() {
        assertThat(AcceptanceMarkdown.of(report(Optional.empty(), List.of())))
                .contains("| model | `r-mobilenet-f`, fingerprint `0123456789ab` |")
                .contains("| policy | k=11, flag=0.62 |")
                .contains("| machine | a machine |")
                .contains("| left out | 2 copies of the same bytes; 1 files whose bytes")
                .contains("| **all** |  | 0 | 0 | 30 |");
    }

    @Test
    void thePromiseIsReportedWithTheFilesThatABetterOneTakes() {
        assertThat(AcceptanceMarkdown.of(report(Optional.empty(), List.of())))
                .contains(
                        "| promise | at most 2.0 % of safe files like these are decided NSFW, with a confidence of 95 % (1 of"
                                + " 200 calibration files are); as asked for |")
                .contains(
                        "| promise | at most 9.5 % of flagged files like these pass as SAFE, with a confidence of 95 % (0 of"
                                + " 30 calibration files are); 2 % were asked for, which takes 149 flagged calibration files or"
                                + " more |");
    }

    @Test
    void copiesOfBankFilesAreCountedAndTheResultIsReportedWithoutThem() {
        assertThat(AcceptanceMarkdown.of(report(Optional.empty(), List.of())))
                .contains("No test file looks like a copy of a bank file (cosine of 0.99 or more)");
        LabelledFile file = new LabelledFile(Path.of("weapons9.jpg"), "weapons", true, "0".repeat(64));
        nearCopies.add(
                new NearCopy(file, new LabelledFile(Path.of("weapons.png"), "weapons", true, "1".repeat(64)), 0.998));
        tested.clear();

        assertThat(AcceptanceMarkdown.of(report(Optional.empty(), List.of())))
                .contains("**1 test files look like copies of bank files** (cosine of 0.99 or more;")
                .contains("Without them 77.8 % [45.3, 93.7] of 9 flagged files are decided NSFW");
    }

    @Test
    void everyLabelAndEveryEditHasARow() {
        String markdown = AcceptanceMarkdown.of(report(Optional.empty(), List.of()));

        assertThat(markdown)
                .contains("| weapons | flagged | 10 | 80.0 % [49.0, 94.3] |")
                .contains("| cats\\|dogs | safe | 20 | 5.0 % [0.9, 23.6] |")
                .contains("Each of 1 flagged and 1 safe test files")
                .contains("| **none: as it is** | 100.0 %");
        for (Edit edit : Edit.values()) {
            assertThat(markdown).contains("| " + edit.title() + (edit.isTaught() ? "" : " (kept out)") + " | ");
        }
        assertThat(markdown)
                .contains("\nchanges=30 flagged: NSFW or REVIEW at least ")
                .contains("\nkept out of the bank and of training: changes=21 flagged: ")
                .contains("| bank | a bank |");
    }

    @Test
    void trafficIsReportedAtThePrevalence() {
        assertThat(AcceptanceMarkdown.of(report(Optional.empty(), List.of())))
                .contains("| 1 % | 10.0 [1.8, 1635.6] | 495.0 [87.9, 2337.7] | 10.0 [1.8, 40.4] |")
                .contains("| 13.9 % [2.1, 51.8] |");
    }

    @Test
    void theAttackNamesWhoAttacksWithWhatAndTheFilesBefore() {
        Outcomes before = Outcomes.of(List.of(NSFW, NSFW));
        Outcomes after = Outcomes.of(List.of(NSFW, SAFE));
        Outcomes none = Outcomes.of(List.of());

        String markdown = AcceptanceMarkdown.of(report(
                Optional.of(new UnderAttack(
                        "apgd, 100 x 1", "linf 4/255", "pixels after resize", after, before, none, none)),
                List.of()));

        assertThat(markdown)
                .contains("knows the model's weights, every reference of the bank and the policy's settings")
                .contains("by at most linf 4/255")
                .contains("**Attack:** apgd, 100 x 1;")
                .contains("**Track:** pixels after resize")
                .contains("| flagged, as they are | 2 | 100.0 %")
                .contains("| flagged, attacked to be SAFE | 2 | 50.0 %")
                .contains("| safe, attacked to be NSFW | 0 | – | – | – | – |");
    }

    @Test
    void theFolderHoldsTableFieldsAndACurveOverTheBanksSize() throws IOException {
        Outcomes flagged = Outcomes.of(List.of(NSFW, NSFW, SAFE));
        Outcomes safe = Outcomes.of(List.of(SAFE, REVIEW));

        results(false)
                .write(report(
                        Optional.empty(), List.of(new BankSize(10, flagged, safe), new BankSize(20, flagged, safe))));

        String markdown = Files.readString(out.resolve("acceptance.md"));
        assertThat(printed.toString().strip()).isEqualTo(markdown.strip());
        assertThat(markdown).contains("| 10 | 66.7 %").contains("| 20 | 66.7 %");
        BufferedImage curve =
                ImageIO.read(out.resolve("acceptance-bank-size.png").toFile());
        assertThat(curve.getWidth()).isGreaterThan(300);
        assertThat(notes.toString()).contains("acceptance-bank-size.png");
    }

    @Test
    void theFieldsHoldWhatTheTablesSayAndEveryWrongFile() throws IOException {
        results(true).write(report(Optional.empty(), List.of()));

        JsonNode fields =
                new ObjectMapper().readTree(out.resolve("acceptance.json").toFile());

        ObjectNode line = (ObjectNode) new ObjectMapper().readTree(printed.toString());
        assertThat(line.remove("command").asText()).isEqualTo("evaluate acceptance");
        assertThat(line).isEqualTo(fields);
        assertThat(fields.at("/flagged/nsfw/value").asDouble()).isEqualTo(0.8);
        assertThat(fields.at("/flagged/nsfw/questions").asInt()).isEqualTo(10);
        assertThat(fields.at("/flagged/reasons/UNFAMILIAR").asInt()).isEqualTo(1);
        assertThat(fields.at("/policy/k").asText()).isEqualTo("11");
        assertThat(fields.at("/split/contradictory/0").asText()).isEqualTo("twice.jpg");
        assertThat(fields.at("/split/unreadable/0").asText()).isEqualTo("broken.gif");
        assertThat(fields.path("labels")).hasSize(2);
        assertThat(fields.path("edits")).hasSize(1 + Edit.values().length);
        assertThat(fields.at("/edits/0/edit").asText()).isEqualTo("none");
        assertThat(fields.at("/traffic/0/precision/low").asDouble())
                .isLessThan(fields.at("/traffic/0/precision/value").asDouble());
        assertThat(fields.path("wrong").findValuesAsText("file"))
                .containsExactly("cats0.jpg", "weapons0.jpg", "weapons1.jpg");
        assertThat(fields.at("/wrong/2/reason").asText()).isEqualTo("UNFAMILIAR");
    }

    private AcceptanceResults results(boolean json) {
        Output output = new Output("evaluate acceptance", json, new PrintWriter(printed), new PrintWriter(notes));
        return new AcceptanceResults(new Results(out, output), output);
    }

    /** Ten flagged files, of which one passes and one is left to a person; twenty safe ones, of which one is flagged. */
    private AcceptanceReport report(Optional<UnderAttack> attack, List<BankSize> sizes) {
        for (int i = 0; i < 10; i++) {
            add("weapons", true, i, i == 0 ? SAFE : i == 1 ? REVIEW : NSFW);
        }
        for (int i = 0; i < 20; i++) {
            add("cats|dogs", false, i, i == 0 ? NSFW : SAFE);
        }
        Map<String, String> policy = new LinkedHashMap<>();
        policy.put("k", "11");
        policy.put("flag", "0.62");
        return new AcceptanceReport(
                new Subject("r-mobilenet-f", "0123456789abcdef", "a bank", policy, "a machine"),
                new AcceptanceSplit(
                        List.of(),
                        List.of(),
                        tested.stream().map(TestedFile::file).toList(),
                        2,
                        List.of(Path.of("twice.jpg"))),
                List.of(new LabelledFile(Path.of("broken.gif"), "weapons", true, "2".repeat(64))),
                CalibrationGoal.flagging(Set.of("weapons")).promising(0.05),
                calibration(),
                0.99,
                nearCopies,
                tested,
                sizes,
                attack,
                List.of(0.01));
    }

    /** Of which the one promise is kept and the other is not. */
    private static Calibration calibration() {
        return new Calibration(
                230,
                30,
                new NearDuplicates.Sizes(230, 230, 1, 230),
                1.5,
                11,
                0.07,
                0.1,
                new Thresholds(0.62, 0.4),
                0.5,
                0.99,
                Optional.of(new Promise(200, 1, 0.02, 0.95, true)),
                Optional.of(new Promise(30, 0, 0.0951, 0.95, false)),
                1,
                0,
                0,
                0,
                0,
                Map.of(),
                Optional.empty());
    }

    private void add(String label, boolean flagged, int number, Judged judged) {
        Map<Edit, Judged> edits = new EnumMap<>(Edit.class);
        if (number == 5) {
            for (Edit edit : Edit.values()) {
                edits.put(edit, judged);
            }
        }
        Path file = Path.of(label.split("\\|")[0] + number + ".jpg");
        tested.add(new TestedFile(new LabelledFile(file, label, flagged, "0".repeat(64)), judged, edits));
    }
}

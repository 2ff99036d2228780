package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.EditRow;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.LabelRow;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.Subject;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.ViewRow;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.CalibratedBank.NearCopy;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.TestedFile;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AcceptanceReportTest {

    private final TestedFile found = tested("weapons", true, "a", MadeUp.nsfw("weapons"), Map.of());
    private final TestedFile lostWhenMirrored = tested(
            "weapons", true, "b", MadeUp.nsfw("axes"), edits(MadeUp.nsfw("weapons"), Edit.MIRRORED, MadeUp.safe()));
    private final TestedFile missed = tested("axes", true, "c", MadeUp.safe(), Map.of());
    private final TestedFile passed =
            tested("cats", false, "e", MadeUp.safe(), edits(MadeUp.safe(), Edit.TEXT, MadeUp.nsfw("axes")));
    private final TestedFile falselyFlagged = tested("cats", false, "d", MadeUp.nsfw("weapons"), Map.of());

    private final AcceptanceReport report = report(List.of(found, lostWhenMirrored, missed, passed, falselyFlagged));

    @Test
    void flaggedAndSafeFilesAreCountedApart() {
        assertThat(report.flagged().files()).isEqualTo(3);
        assertThat(report.flagged().count(Decision.NSFW)).isEqualTo(2);
        assertThat(report.safe().count(Decision.NSFW)).isEqualTo(1);
    }

    @Test
    void everyLabelHasARowFlaggedOnesFirst() {
        assertThat(report.labels()).extracting(LabelRow::label).containsExactly("axes", "weapons", "cats");
        assertThat(report.labels().get(1).outcomes().decidingLabels()).containsOnlyKeys("axes", "weapons");
    }

    @Test
    void editsAreComparedWithTheSameFilesAsTheyWere() {
        List<EditRow> rows = report.edits();

        assertThat(rows).hasSize(1 + Edit.values().length);
        EditRow before = rows.get(0);
        assertThat(before.edit()).isEmpty();
        assertThat(before.flagged().files()).isEqualTo(1);
        assertThat(before.flagged().count(Decision.NSFW)).isEqualTo(1);
        assertThat(row(Edit.MIRRORED).flagged().count(Decision.SAFE)).isEqualTo(1);
        assertThat(row(Edit.TEXT).safe().count(Decision.NSFW)).isEqualTo(1);
        assertThat(row(Edit.GREY).safe().count(Decision.SAFE)).isEqualTo(1);
    }

    @Test
    void withoutEditedFilesThereAreNoRows() {
        assertThat(report(List.of(found, falselyFlagged)).edits()).isEmpty();
    }

    @Test
    void whatIsDecidedWronglyIsListedInTheOrderOfPaths() {
        assertThat(report.wrong()).containsExactly(missed, falselyFlagged);
    }

    @Test
    void filesThatLookLikeBankFilesCanBeLeftOut() {
        NearCopy copy = new NearCopy(found.file(), lostWhenMirrored.file(), 0.999);

        AcceptanceReport withCopy = report(List.of(found, missed, passed), copy);

        assertThat(withCopy.flagged().files()).isEqualTo(2);
        assertThat(withCopy.withoutNearCopies(true).files()).isEqualTo(1);
        assertThat(withCopy.withoutNearCopies(true).count(Decision.SAFE)).isEqualTo(1);
        assertThat(withCopy.withoutNearCopies(false).files()).isEqualTo(1);
    }

    @Test
    void viewsAreCountedByKindAndByWhatTheyDecided() {
        Judged byPanel = seen(MadeUp.nsfw("axes"), List.of("whole", "panel-1", "panel-2"), "panel");
        Judged byWhole = seen(MadeUp.review("UNCERTAIN"), List.of("whole"), "whole");

        AcceptanceReport seen = report(List.of(
                tested("axes", true, "f", byPanel, edits(byWhole, Edit.TEXT, byPanel)),
                tested("cats", false, "e", byWhole, Map.of()),
                passed));

        assertThat(seen.views(false))
                .containsExactly(new ViewRow("whole", 2, 0, 0, 0, 0, 1), new ViewRow("panel", 2, 1, 0, 0, 0, 0));
        assertThat(seen.views(true)).contains(new ViewRow("panel", 2, 1, 0, 0, 0, 0));
        assertThat(AcceptanceMarkdown.of(seen)).contains("| as they are | panel | 2 | 1 | 0 | 0 | 0 | 0 |");
        assertThat(report.views(false)).isEmpty();
    }

    private static Judged seen(Judged judged, List<String> names, String deciding) {
        return new Judged(
                judged.decision(),
                judged.label(),
                judged.score(),
                judged.reason(),
                Optional.of(new Judged.JudgedLooks(
                        names.stream().map(Judged.JudgedLooks::kind).toList(), deciding)));
    }

    @Test
    void trafficIsReportedAtEachPrevalence() {
        assertThat(report.traffic()).extracting(Traffic::prevalence).containsExactly(0.01, 0.1);
    }

    private EditRow row(Edit edit) {
        return report.edits().stream()
                .filter(row -> row.edit().equals(Optional.of(edit)))
                .findFirst()
                .orElseThrow();
    }

    private static TestedFile tested(
            String label, boolean flagged, String name, Judged original, Map<Edit, Judged> edits) {
        return new TestedFile(
                new LabelledFile(Path.of(name + ".jpg"), label, flagged, name.repeat(64)), original, edits);
    }

    private static Map<Edit, Judged> edits(Judged most, Edit but, Judged other) {
        Map<Edit, Judged> edits = new EnumMap<>(Edit.class);
        Stream.of(Edit.values()).forEach(edit -> edits.put(edit, edit == but ? other : most));
        return edits;
    }

    private static AcceptanceReport report(List<TestedFile> tested, NearCopy... nearCopies) {
        List<LabelledFile> test = tested.stream().map(TestedFile::file).toList();
        return new AcceptanceReport(
                new Subject("r-mobilenet-f", "0123456789abcdef", "a bank", Map.of("k", "11"), "a machine"),
                new AcceptanceSplit(List.of(), List.of(), test, 0, List.of()),
                List.of(),
                CalibrationGoal.flagging(Set.of("weapons", "axes")),
                MadeUp.calibration(),
                0.99,
                List.of(nearCopies),
                tested,
                List.of(),
                Optional.empty(),
                List.of(0.01, 0.1));
    }
}

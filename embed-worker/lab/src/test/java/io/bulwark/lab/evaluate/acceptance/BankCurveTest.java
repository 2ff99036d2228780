package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.lab.evaluate.acceptance.AcceptanceReport.BankSize;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.CalibratedBank.BankCurve;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BankCurveTest {

    private static final CalibrationGoal GOAL =
            CalibrationGoal.flagging(Set.of("weapons")).promising(0.05);

    @TempDir
    private Path folder;

    private MadeUpFiles files;

    @BeforeEach
    void noFiles() {
        files = new MadeUpFiles(folder);
    }

    @Test
    void theSameTestFilesAreDecidedByGrowingBanksAndNothingIsLookedAtAgain() {
        AcceptanceSplit split = split(16, 24);
        Sights sights = Sights.of(split, files, EvaluationProgress.silent());
        int looks = files.looks();

        List<BankSize> sizes = new BankCurve(MadeUpFiles.ENCODER, split, sights, GOAL).sizes();

        assertThat(sizes).extracting(BankSize::files).containsExactly(5, 10, 20, 40);
        assertThat(sizes).allSatisfy(size -> {
            assertThat(size.flagged().files()).isEqualTo(8);
            assertThat(size.safe().files()).isEqualTo(8);
        });
        assertThat(sizes.get(3).flagged().count(Decision.NSFW)).isEqualTo(8);
        assertThat(files.looks()).isEqualTo(looks);
    }

    @Test
    void partsOfOneSizeAreOneSizeAndPartsOfOneKindAreNone() {
        AcceptanceSplit split = split(2, 2);
        List<LabelledFile> bank = new ArrayList<>(split.bank());
        bank.add(files.broken("weapons", true, 1));
        AcceptanceSplit withBroken = new AcceptanceSplit(bank, split.calibration(), split.test(), 0, List.of());
        Sights sights = Sights.of(withBroken, files, EvaluationProgress.silent());

        List<BankSize> sizes = new BankCurve(MadeUpFiles.ENCODER, withBroken, sights, GOAL).sizes();

        assertThat(sizes).extracting(BankSize::files).doesNotHaveDuplicates().endsWith(4);
    }

    @Test
    void filesAreLookedAtOnceAndOthersEachTimeTheyAreAskedFor() {
        AcceptanceSplit split = split(2, 2);
        Sights sights = Sights.of(split, files, EvaluationProgress.silent());
        int looks = files.looks();

        sights.of(split.test().get(0).bytes());
        assertThat(files.looks()).isEqualTo(looks);

        byte[] edited = "whole 1 1 0 0".getBytes(StandardCharsets.UTF_8);
        sights.of(edited);
        assertThat(sights.of(edited)).isInstanceOf(Sight.Seen.class);
        assertThat(files.looks()).isEqualTo(looks + 2);
    }

    private AcceptanceSplit split(int weapons, int cats) {
        double[] ofWeapons = {1, 0, 0, 0.5};
        double[] ofCats = {0, 1, 0, 0.5};
        return new AcceptanceSplit(
                both(
                        files.cloud("weapons", true, weapons, ofWeapons, 0.1, 1),
                        files.cloud("cats", false, cats, ofCats, 0.1, 2)),
                both(files.cloud("weapons", true, 8, ofWeapons, 0.1, 3), files.cloud("cats", false, 8, ofCats, 0.1, 4)),
                both(files.cloud("weapons", true, 8, ofWeapons, 0.1, 5), files.cloud("cats", false, 8, ofCats, 0.1, 6)),
                0,
                List.of());
    }

    private static List<LabelledFile> both(List<LabelledFile> some, List<LabelledFile> others) {
        List<LabelledFile> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}

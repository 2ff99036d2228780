package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.CalibratedBank.NearCopy;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.PacBound;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibratedBankTest {

    private static final CalibrationGoal GOAL =
            CalibrationGoal.flagging(Set.of("weapons")).promising(0.05);
    private static final double[] WEAPONS = {1, 0, 0, 0.5};
    private static final double[] CATS = {0, 1, 0, 0.5};

    @TempDir
    private Path folder;

    private MadeUpFiles files;
    private final List<LabelledFile> bank = new ArrayList<>();
    private final List<LabelledFile> calibration = new ArrayList<>();

    @BeforeEach
    void twoKindsThatLieApart() {
        files = new MadeUpFiles(folder);
        bank.addAll(files.cloud("weapons", true, 20, WEAPONS, 0.15, 1));
        bank.addAll(files.cloud("cats", false, 20, CATS, 0.15, 2));
        calibration.addAll(files.cloud("weapons", true, 10, WEAPONS, 0.15, 3));
        calibration.addAll(files.cloud("cats", false, 12, CATS, 0.15, 4));
    }

    @Test
    void aBankHoldsTheWholeOfEachFileAsItIsStoredWithTheHashOfTheFile() {
        LabelledFile transparent =
                files.file("cats", false, "whole/white 0 1 0 0.4", "whole/black 0 1 0 0.6", "tile-1/white 1 0 0 0");
        bank.add(transparent);

        try (CalibratedBank made = made(List.of())) {
            assertThat(made.files()).isEqualTo(41);
            assertThat(made.references()).hasSize(42);
            List<LabelledEmbedding> ofTransparent = made.references().stream()
                    .filter(reference -> reference.sourceSha256().equals(Sha256.find(transparent.sha256())))
                    .toList();
            assertThat(ofTransparent)
                    .extracting(LabelledEmbedding::id)
                    .containsExactly(transparent.sha256() + "@white", transparent.sha256() + "@black");
            assertThat(ofTransparent.get(0).embedding()[1])
                    .as("half precision has 11 bits")
                    .isNotEqualTo((float) (1 / Math.sqrt(1.16)))
                    .isCloseTo((float) (1 / Math.sqrt(1.16)), within(1e-3f));
        }
    }

    @Test
    void aFileIsDecidedByItsWorstViewAndNamesTheLabel() {
        LabelledFile hidden = files.file("cats", false, "whole 0 1 0 0.5", "tile-1 0 1 0 0.5", "tile-2 1 0 0 0.5");
        LabelledFile plain = files.file("cats", false, "whole 0 1 0 0.5", "tile-1 0 1 0 0.5");
        Sights sights = sights(List.of(hidden, plain));

        try (CalibratedBank made = CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights, GOAL)) {
            Judged judged = made.judge(hidden.sha256(), sights.of(hidden));
            assertThat(judged.decision()).isEqualTo(Decision.NSFW);
            assertThat(judged.label()).contains("weapons");
            assertThat(judged.score().orElseThrow()).isGreaterThan(0.9);
            assertThat(made.judge(plain.sha256(), sights.of(plain)).decision()).isEqualTo(Decision.SAFE);
        }
    }

    @Test
    void whatIsFarFromEverythingIsLeftToAPersonWithAReason() {
        LabelledFile strange = files.file("cats", false, "whole 0 0 1 0");
        Sights sights = sights(List.of(strange));

        try (CalibratedBank made = CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights, GOAL)) {
            Judged judged = made.judge(strange.sha256(), sights.of(strange));
            assertThat(judged.decision()).isEqualTo(Decision.REVIEW);
            assertThat(judged.reason()).contains(Judgement.Doubt.UNFAMILIAR.name());
        }
    }

    @Test
    void whatIsNoPictureIsRefusedAndLeftOutOfBankAndCalibration() {
        LabelledFile broken = files.broken("weapons", true, 1);
        bank.add(files.broken("cats", false, 2));
        calibration.add(files.broken("cats", false, 3));
        Sights sights = sights(List.of(broken));

        try (CalibratedBank made = CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights, GOAL)) {
            assertThat(made.judge(broken.sha256(), sights.of(broken))).isEqualTo(Judged.refused("CORRUPT_IMAGE"));
            assertThat(made.files()).isEqualTo(40);
            assertThat(made.calibration().files()).isEqualTo(22);
            assertThat(sights.refused(bank)).hasSize(1);
            assertThat(sights.refused(calibration)).hasSize(1);
        }
    }

    @Test
    void theReferencesOfAFileDoNotVouchForItWhenTheBankIsCalibrated() {
        for (int i = 0; i < 10; i++) {
            // Each far from the others, and the two looks of each the same: only its own references are near.
            String direction = "%s %s %s %s".formatted(Math.cos(i * 0.6), Math.sin(i * 0.6), i % 2 == 0 ? 5 : -5, 0);
            bank.add(files.file("cats", false, "whole/white " + direction, "whole/black " + direction));
        }
        CalibrationGoal halfUnfamiliar =
                new CalibrationGoal(11, Set.of("weapons"), 0.1, 0.1, 0.19, OptionalDouble.empty());

        try (CalibratedBank made =
                CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights(List.of()), halfUnfamiliar)) {
            assertThat(made.calibration().floor()).isLessThan(0.999);
        }
    }

    @Test
    void thePromiseIsOfTheCalibrationFilesAlone() {
        try (CalibratedBank made = made(List.of())) {
            assertThat(made.calibration().files()).isEqualTo(22);
            assertThat(made.calibration().flagged()).isEqualTo(10);
            assertThat(made.calibration().falseFlags().orElseThrow().rate()).isEqualTo(PacBound.promised(12, 0, 0.05));
            assertThat(made.calibration().falseFlags().orElseThrow().kept()).isFalse();
        }
    }

    @Test
    void anEditedCopyOfABankFileIsNotKnownByItsHashButTheFileItselfIs() {
        LabelledFile inBank = bank.get(0);
        Sight strange =
                new Sight.Seen(List.of(), List.of(new SeenView("whole", new float[] {0, 0, 1, 0}, new float[0])));

        try (CalibratedBank made = made(List.of())) {
            assertThat(made.judge(inBank.sha256(), strange).decision()).isEqualTo(Decision.NSFW);
            assertThat(made.judge("f".repeat(64), strange).decision()).isEqualTo(Decision.REVIEW);
        }
    }

    @Test
    void testFilesThatLookLikeABankFileAreFoundWithIt() {
        bank.clear();
        bank.addAll(files.cloud("weapons", true, 6, WEAPONS, 0.6, 1));
        bank.addAll(files.cloud("cats", false, 6, CATS, 0.6, 2));
        String original = new String(bank.get(3).bytes(), StandardCharsets.UTF_8);
        LabelledFile copy = files.file("weapons", true, original, "tile-1 1 0 0 0.5");
        LabelledFile other = files.file("weapons", true, "whole 1 0 1 0.5");
        LabelledFile broken = files.broken("weapons", true, 4);
        Sights sights = sights(List.of(copy, other, broken));

        try (CalibratedBank made = CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights, GOAL)) {
            List<NearCopy> found = made.nearCopies(List.of(copy, other, broken), sights);
            assertThat(found).hasSize(1);
            assertThat(found.get(0).file()).isEqualTo(copy);
            assertThat(found.get(0).of()).isEqualTo(bank.get(3));
            assertThat(found.get(0).similarity()).isEqualTo(1, within(1e-3));
        }
    }

    @Test
    void copiesAreCountedAlsoWhereTheBankIsSoFullOfThemThatItsCalibrationKnowsNone() {
        for (int i = 0; i < 20; i++) {
            bank.add(files.file("weapons", true, "whole 1 0 0 0.5", "tile-%d 1 0 0 0.5".formatted(i)));
        }
        LabelledFile copy = files.file("weapons", true, "whole 1 0 0 0.5001");
        Sights sights = sights(List.of(copy));

        try (CalibratedBank made = CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights, GOAL)) {
            assertThat(made.calibration().knownSimilarity()).isGreaterThan(0.999);
            assertThat(made.copySimilarity()).isEqualTo(0.99);
            assertThat(made.nearCopies(List.of(copy), sights)).hasSize(1);
        }
    }

    @Test
    void whatIsAllBlackOverBlackIsNoCopyOfWhatElseIs() {
        LabelledFile ink = files.file("cats", false, "whole/white 0 1 0 0.5", "whole/black 0 0 0 1");
        bank.add(ink);
        LabelledFile otherInk = files.file("weapons", true, "whole/white 1 0 0 0.5", "whole/black 0 0 0 1");
        LabelledFile flattened = files.file("cats", false, "whole 0 1 0 0.5", "tile-1 0 1 0 0.5");
        Sights sights = sights(List.of(otherInk, flattened));

        try (CalibratedBank made = CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights, GOAL)) {
            assertThat(made.nearCopies(List.of(otherInk, flattened), sights))
                    .filteredOn(near -> near.of().equals(ink))
                    .extracting(NearCopy::file)
                    .containsExactly(flattened);
        }
    }

    @Test
    void aFileThatLooksLikeAVariantIsFoundByItAndIsNoCopy() {
        bank.add(files.file("weapons", true, "whole 1 0 0 0.5", "variant-border 0 0 1 0.05"));
        LabelledFile framed = files.file("weapons", true, "whole 0 0 1 0.06");
        Sights sights = sights(List.of(framed));

        try (CalibratedBank made = CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights, GOAL)) {
            assertThat(made.files()).isEqualTo(41);
            assertThat(made.rows()).isEqualTo(42);
            assertThat(made.references())
                    .filteredOn(reference -> !reference.variants().isEmpty())
                    .singleElement()
                    .satisfies(reference ->
                            assertThat(reference.variants().get(0).name()).isEqualTo("border"));
            assertThat(made.judge(framed.sha256(), sights.of(framed)).label()).contains("weapons");
            assertThat(made.nearCopies(List.of(framed), sights)).isEmpty();
        }
    }

    @Test
    void calibrationFilesThatAreChangedAreCalibratedOnToo() {
        LabelledFile framed = files.file("cats", false, "whole 0 1 0 0.5", "changed 1 0 0 0.5");
        calibration.add(framed);

        try (CalibratedBank made = made(List.of())) {
            assertThat(made.calibration().files()).isEqualTo(23);
            assertThat(made.calibration().changed().orElseThrow().files()).isEqualTo(1);
            assertThat(made.calibration().changed().orElseThrow().flagged()).isZero();
        }
    }

    @Test
    void aBankOfOneKindIsNoBank() {
        List<LabelledFile> weapons = bank.stream().filter(LabelledFile::flagged).toList();

        assertThatThrownBy(() -> CalibratedBank.of(MadeUpFiles.ENCODER, weapons, calibration, sights(List.of()), GOAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("All of the 20 files are flagged");
    }

    private CalibratedBank made(List<LabelledFile> test) {
        return CalibratedBank.of(MadeUpFiles.ENCODER, bank, calibration, sights(test), GOAL);
    }

    private Sights sights(List<LabelledFile> test) {
        return Sights.of(
                new AcceptanceSplit(bank, calibration, test, 0, List.of()), files, EvaluationProgress.silent());
    }
}

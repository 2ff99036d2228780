package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinCalibration.PacThreshold;
import io.bulwark.perception.audit.TwinCalibration.TwinBanks.TwinBankException;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TwinCalibrationTest {

    private static final int DIMENSION = 16;
    private static final VotingPolicy POLICY = new VotingPolicy(new PolicySettings(
            PolicySettings.DEFAULT_K,
            PolicySettings.DEFAULT_TEMPERATURE,
            PolicySettings.DEFAULT_FLOOR,
            PolicySettings.NEVER_KNOWN,
            PolicySettings.DEFAULT_THRESHOLDS,
            PolicySettings.flagged(Set.of("weapons")),
            Unfamiliar.REVIEW,
            PolicySettings.DEFAULT_FLAGGED_CLASSES));

    @Test
    void theThresholdLeavesNoMoreAboveItThanThePromiseAllows() {
        List<Disagreement> clean = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clean.add(new Disagreement(i >= 190 ? 1 : 0, 1, 1, OptionalDouble.of(i / 1000.0), 0));
        }

        TwinCalibration calibration = TwinCalibration.of(clean, 0.05, 0.05);

        // P(Bin(200, 0.05) <= 4) = 0.026, P(... <= 5) = 0.062: four may fire.
        assertThat(calibration.images()).isEqualTo(200);
        assertThat(calibration.differing()).isEqualTo(10);
        assertThat(calibration.threshold()).isEqualTo(0.195);
        assertThat(calibration.fired()).isEqualTo(4);
        assertThatThrownBy(() -> TwinCalibration.of(clean, 0.01, 0.05)).hasMessageContaining("at least 299");
    }

    @Test
    void thePromiseIsKeptInAtLeastAsManyDrawsAsItSays() {
        Random random = new Random(5);
        int broken = 0;
        for (int draw = 0; draw < 500; draw++) {
            double[] scores = random.doubles(100).toArray();
            // Scores are uniform, so that the share of all images above a threshold is one less it.
            broken += 1 - PacThreshold.of(scores, 0.05, 0.1) > 0.05 ? 1 : 0;
        }
        // At most 0.1 of 500, and four standard deviations of chance.
        assertThat(broken).isBetween(1, 77);
    }

    @Test
    void theThresholdIsRoundedUpSinceRoundingDownWouldLetItsOwnImageFire() {
        List<Disagreement> clean = Collections.nCopies(99, new Disagreement(1, 1, 1, OptionalDouble.of(0.12341), 0));

        TwinCalibration calibration = TwinCalibration.of(clean, 0.05, 0.05);

        assertThat(calibration.threshold()).isEqualTo(0.1235);
        assertThat(calibration.fired()).isZero();
    }

    @Test
    void twinsThatSeeAlikeHaveAThresholdOfZero() {
        List<LabelledEmbedding> references = clouds(60, 0.1, 1);

        TwinCalibration calibration =
                TwinCalibration.leaveOneOut(references, references, POLICY, POLICY, UnaryOperator.identity(), 0.01);

        assertThat(calibration.images()).isEqualTo(120);
        assertThat(calibration.differing()).isZero();
        assertThat(calibration.threshold()).isZero();
    }

    @Test
    void twinsThatSeeDifferentlyRaiseItUntilTheirOwnDisagreementsFitTheBudget() {
        List<LabelledEmbedding> robust = clouds(100, 1.4, 1);
        List<LabelledEmbedding> clean = clouds(100, 1.4, 2);

        TwinCalibration strict =
                TwinCalibration.leaveOneOut(robust, clean, POLICY, POLICY, UnaryOperator.identity(), 0.01);
        TwinCalibration lenient =
                TwinCalibration.leaveOneOut(robust, clean, POLICY, POLICY, UnaryOperator.identity(), 0.1);

        assertThat(strict.differing()).isGreaterThan(20);
        assertThat(strict.fired()).isLessThanOrEqualTo(2);
        assertThat(lenient.fired()).isBetween(strict.fired() + 1, 20);
        assertThat(strict.threshold()).isGreaterThan(lenient.threshold());
    }

    @Test
    void theOrderOfEitherBankChangesNothing() {
        List<LabelledEmbedding> robust = clouds(60, 1.4, 1);
        List<LabelledEmbedding> clean = clouds(60, 1.4, 2);
        List<LabelledEmbedding> shuffled = new ArrayList<>(clean);
        Collections.shuffle(shuffled, new Random(3));

        assertThat(TwinCalibration.leaveOneOut(robust, shuffled, POLICY, POLICY, UnaryOperator.identity(), 0.05))
                .isEqualTo(TwinCalibration.leaveOneOut(robust, clean, POLICY, POLICY, UnaryOperator.identity(), 0.05));
    }

    @Test
    void theViewsOfOnePictureAreOneImageAndDoNotVouchForEachOther() {
        List<LabelledEmbedding> pictures = clouds(60, 0.1, 1);
        List<LabelledEmbedding> robust = new ArrayList<>();
        List<LabelledEmbedding> clean = new ArrayList<>();
        for (LabelledEmbedding picture : pictures) {
            for (String view : List.of("@black", "@white")) {
                robust.add(new LabelledEmbedding(picture.id() + view, picture.label(), picture.embedding()));
                clean.add(new LabelledEmbedding(picture.id() + view, picture.label(), picture.embedding()));
            }
        }
        // The clean twin sees one weapon among the flowers. Were its second view left in, that would vouch for it.
        float[] flower = pictures.get(1).embedding();
        clean.set(0, new LabelledEmbedding(clean.get(0).id(), "weapons", flower));
        clean.set(1, new LabelledEmbedding(clean.get(1).id(), "weapons", flower));

        TwinCalibration calibration = TwinCalibration.leaveOneOut(
                robust, clean, POLICY, POLICY, id -> id.substring(0, id.indexOf('@')), 0.01);

        assertThat(calibration.images()).isEqualTo(120);
        assertThat(calibration.differing()).isEqualTo(1);
    }

    @Test
    void aTwinWithoutReferencesIsAnErrorThatNamesTheCommand() {
        assertThatThrownBy(() -> TwinCalibration.leaveOneOut(
                        clouds(60, 0.1, 1), List.of(), POLICY, POLICY, UnaryOperator.identity(), 0.01))
                .isInstanceOf(TwinBankException.class)
                .hasMessageContaining("is empty")
                .hasMessageContaining("120 references")
                .hasMessageContaining("bulwark bank build --twin");
    }

    @Test
    void aReferenceThatOneBankLacksIsNamed() {
        List<LabelledEmbedding> whole = clouds(60, 0.1, 1);
        List<LabelledEmbedding> poorer = whole.subList(0, 119);
        String missing = whole.get(119).id();

        assertThatThrownBy(() ->
                        TwinCalibration.leaveOneOut(whole, poorer, POLICY, POLICY, UnaryOperator.identity(), 0.01))
                .isInstanceOf(TwinBankException.class)
                .hasMessageContaining("the twin's bank lacks 1")
                .hasMessageContaining(missing);
        assertThatThrownBy(() ->
                        TwinCalibration.leaveOneOut(poorer, whole, POLICY, POLICY, UnaryOperator.identity(), 0.01))
                .isInstanceOf(TwinBankException.class)
                .hasMessageContaining("the robust encoder's bank lacks 1");
    }

    @Test
    void oneReferenceUnderTwoLabelsIsAnError() {
        List<LabelledEmbedding> robust = clouds(60, 0.1, 1);
        List<LabelledEmbedding> clean = new ArrayList<>(robust);
        LabelledEmbedding first = clean.get(0);
        clean.set(0, new LabelledEmbedding(first.id(), "toys", first.embedding()));

        assertThatThrownBy(() ->
                        TwinCalibration.leaveOneOut(robust, clean, POLICY, POLICY, UnaryOperator.identity(), 0.01))
                .isInstanceOf(TwinBankException.class)
                .hasMessageContaining(first.id())
                .hasMessageContaining("toys");
    }

    /** Two kinds, each around its own axis. */
    private static List<LabelledEmbedding> clouds(int each, double spread, long seed) {
        Random random = new Random(seed);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 2 * each; i++) {
            float[] row = new float[DIMENSION];
            double squares = 0;
            for (int d = 0; d < DIMENSION; d++) {
                row[d] = (float) ((d == i % 2 ? 1 : 0) + spread * random.nextGaussian() / Math.sqrt(DIMENSION));
                squares += row[d] * row[d];
            }
            for (int d = 0; d < DIMENSION; d++) {
                row[d] /= (float) Math.sqrt(squares);
            }
            references.add(new LabelledEmbedding(String.format("r-%03d", i), i % 2 == 0 ? "weapons" : "flowers", row));
        }
        return references;
    }
}

package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.bank.LabelledEmbedding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    private static final CalibrationGoal GOAL = CalibrationGoal.flagging(Set.of("weapons"));

    @Test
    void kindsThatLieApartAreAllDecidedRight() {
        List<LabelledEmbedding> references = clouds(40, 0.1);

        Calibration calibration = Calibration.of(references, GOAL);

        assertThat(calibration.references()).isEqualTo(80);
        assertThat(calibration.flagged()).isEqualTo(40);
        assertThat(calibration.accuracy()).isEqualTo(1);
        assertThat(calibration.reviewRate()).isZero();
        assertThat(calibration.missRate()).isZero();
        assertThat(calibration.falseFlagRate()).isZero();
        assertThat(calibration.accuracyByLabel()).containsEntry("weapons", 1.0).containsEntry("flowers", 1.0);
    }

    @Test
    void kindsThatOverlapAreReportedAsTheyAreDecided() {
        Calibration calibration = Calibration.of(clouds(60, 2), GOAL);

        assertThat(calibration.accuracy()).isBetween(0.3, 0.97);
        assertThat(calibration.missRate()).isLessThanOrEqualTo(0.05);
        assertThat(calibration.falseFlagRate()).isLessThanOrEqualTo(0.05);
        assertThat(calibration.reviewRate()).isPositive();
        double wrong = (calibration.missRate() + calibration.falseFlagRate()) / 2 + calibration.reviewRate();
        assertThat(calibration.accuracy() + wrong).isEqualTo(1, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void labelsThatSayNothingAreNoBetterThanChanceAndGoToReview() {
        Random random = new Random(1);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (LabelledEmbedding reference : clouds(60, 0.3)) {
            String label = random.nextBoolean() ? "weapons" : "flowers";
            references.add(new LabelledEmbedding(reference.id(), label, reference.embedding()));
        }

        Calibration calibration = Calibration.of(references, GOAL);

        assertThat(calibration.accuracy()).isLessThan(0.3);
        assertThat(calibration.logLoss()).isGreaterThan(0.6);
    }

    @Test
    void theOrderOfTheReferencesChangesNothing() {
        List<LabelledEmbedding> references = clouds(40, 0.9);
        List<LabelledEmbedding> shuffled = new ArrayList<>(references);
        Collections.shuffle(shuffled, new Random(2));

        assertThat(Calibration.of(shuffled, GOAL)).isEqualTo(Calibration.of(references, GOAL));
    }

    @Test
    void aReferenceDoesNotVouchForItself() {
        List<LabelledEmbedding> references = clouds(20, 0.05);
        LabelledEmbedding stray = references.get(0);
        references.set(0, new LabelledEmbedding(stray.id(), other(stray.label()), stray.embedding()));

        Calibration calibration =
                Calibration.of(references, new CalibrationGoal(11, Set.of("weapons"), 0.1, 0.1, 0.01));

        assertThat(calibration.accuracy()).isEqualTo(39.0 / 40);
    }

    @Test
    void theFloorLeavesTheGoalsShareBelow() {
        CalibrationGoal goal = new CalibrationGoal(11, Set.of("weapons"), 0.05, 0.05, 0.2);

        Calibration strict = Calibration.of(clouds(50, 0.5), goal);

        assertThat(strict.reviewRate()).isBetween(0.15, 0.25);
        assertThat(strict.floor())
                .isGreaterThan(Calibration.of(clouds(50, 0.5), GOAL).floor());
    }

    @Test
    void theNumbersBecomeSettings() {
        Calibration calibration = Calibration.of(clouds(40, 0.9), GOAL);

        PolicySettings settings = calibration.appliedTo(PolicySettings.flagging(Set.of("weapons")));

        assertThat(settings.temperature()).isEqualTo(calibration.temperature());
        assertThat(settings.floor()).isEqualTo(calibration.floor());
        assertThat(settings.thresholds()).isEqualTo(calibration.thresholds());
        assertThat(settings.k()).isEqualTo(11);
    }

    @Test
    void bothKindsAreNeeded() {
        List<LabelledEmbedding> references = clouds(10, 0.1);

        assertThatThrownBy(() -> Calibration.of(references, CalibrationGoal.flagging(Set.of("nsfw"))))
                .hasMessageContaining("None of the 20 references")
                .hasMessageContaining("bulwark.policy.flagged-labels");
        assertThatThrownBy(() -> Calibration.of(references, CalibrationGoal.flagging(Set.of("weapons", "flowers"))))
                .hasMessageContaining("All of the 20 references");
    }

    @Test
    void aGoalOutOfRangeIsRefused() {
        assertThatThrownBy(() -> new CalibrationGoal(0, Set.of("nsfw"), 0.1, 0.1, 0.1))
                .hasMessageContaining("k is 0");
        assertThatThrownBy(() -> new CalibrationGoal(1, Set.of("nsfw"), 1, 0.1, 0.1))
                .hasMessageContaining("falseFlags is 1.0");
        assertThatThrownBy(() -> new CalibrationGoal(1, Set.of("nsfw"), 0.1, Double.NaN, 0.1))
                .hasMessageContaining("misses is NaN");
        assertThatThrownBy(() -> new CalibrationGoal(1, Set.of("nsfw"), 0.1, 0.1, -0.1))
                .hasMessageContaining("unfamiliar is -0.1");
    }

    private static String other(String label) {
        return label.equals("weapons") ? "flowers" : "weapons";
    }

    /** Two labels around two directions a right angle apart, each row off by normal noise of this length. */
    private static List<LabelledEmbedding> clouds(int each, double noise) {
        Random random = new Random(7);
        int dimension = 12;
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 2 * each; i++) {
            float[] row = new float[dimension];
            double squares = 0;
            for (int d = 0; d < dimension; d++) {
                row[d] = (float) (noise / Math.sqrt(dimension) * random.nextGaussian() + (d == i % 2 ? 1 : 0));
                squares += row[d] * row[d];
            }
            for (int d = 0; d < dimension; d++) {
                row[d] /= (float) Math.sqrt(squares);
            }
            references.add(new LabelledEmbedding("r-" + (1000 + i), i % 2 == 0 ? "weapons" : "flowers", row));
        }
        return references;
    }
}

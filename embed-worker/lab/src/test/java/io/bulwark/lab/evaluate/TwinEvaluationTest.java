package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.lab.evaluate.TwinEvaluation.Result;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Red pictures are flagged, blue ones harmless; encoders with random weights tell them apart and withstand nothing. */
class TwinEvaluationTest {

    private static final Apgd ATTACK = new Apgd(30, 1, EarlyStop.EACH_FOOLED, 1);
    private static final ThreatModel LARGE = ThreatModel.linf(64 / 255.0);

    @TempDir
    static Path folder;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static List<Labelled> references;
    private static List<PictureSource> calibration;
    private static List<PictureSource> test;
    private static List<Boolean> flagged;

    @BeforeAll
    static void pictures() {
        references = colours(0, 30);
        calibration = colours(30, 130).stream().map(Labelled::picture).toList();
        List<Labelled> further = colours(130, 142);
        test = further.stream().map(Labelled::picture).toList();
        flagged = further.stream().map(one -> one.label().equals("red")).toList();
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable one : OPEN) {
            one.close();
        }
    }

    @Test
    void aTwinThatIsTheSameEncoderFallsWithItAndBetraysNothing() {
        ViewModerator same = moderation("vit_a");

        Result result = run(new TwinEvaluation(same, moderation("vit_a"), 0.05, 0.05));

        assertThat(result.flipped()).isBetween(1, result.attacked());
        assertThat(result.detected().value()).isZero();
        assertThat(result.falsePositives().value()).isZero();
    }

    @Test
    void anEncoderThatTheAttackDoesNotKnowBetraysWhatFlippedTheOther() {
        Result result = run(new TwinEvaluation(moderation("dino_a"), moderation("vit_a"), 0.05, 0.05));

        assertThat(result.attacked()).isPositive();
        assertThat(result.flipped()).isBetween(1, result.attacked());
        assertThat(result.detected().value()).isGreaterThan(0.5);
        assertThat(result.detected().trials()).isEqualTo(result.flipped());
        assertThat(result.calibration().images()).isEqualTo(calibration.size());
        assertThat(result.falsePositives().trials()).isEqualTo(test.size());
    }

    @Test
    void whereNothingFlipsThereIsNoShareToReport() {
        TwinEvaluation evaluation = new TwinEvaluation(moderation("dino_a"), moderation("vit_a"), 0.05, 0.05);

        assertThatThrownBy(() -> evaluation.run(
                        calibration, test, flagged, ATTACK, ThreatModel.linf(0), EvaluationProgress.silent()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("linf 0.0")
                .hasMessageContaining(ATTACK.describe());
    }

    @Test
    void tooFewCleanPicturesForTheBudgetAreRefused() {
        TwinEvaluation evaluation = new TwinEvaluation(moderation("dino_a"), moderation("vit_a"), 0.05, 0.05);

        assertThatThrownBy(() -> evaluation.run(
                        calibration.subList(0, 58), test, flagged, ATTACK, LARGE, EvaluationProgress.silent()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("58")
                .hasMessageContaining("59");
    }

    @ParameterizedTest
    @CsvSource({"convnext_a, vit_a", "vit_a, convnext_a"})
    void anEncoderOfAnotherInputSizeSeesThePictureThatWasMadeForTheOther(String robust, String clean) {
        // Red turns blue and blue red: an encoder that sees that, at any size, changes its decision.
        Result result = new TwinEvaluation(moderation(robust), moderation(clean), 0.05, 0.05)
                .run(calibration, test, flagged, new Repainting(), ThreatModel.linf(1), EvaluationProgress.silent());

        assertThat(result.attacked()).isPositive();
        assertThat(result.flipped()).isEqualTo(result.attacked());
        assertThat(result.detected().value()).isZero();
    }

    @Test
    void anEncoderOfAnotherInputSizeBetraysWhatFlippedTheOther() {
        Result result = run(new TwinEvaluation(moderation("convnext_a"), moderation("vit_a"), 0.05, 0.05));

        assertThat(result.flipped()).isBetween(1, result.attacked());
        assertThat(result.detected().value()).isGreaterThan(0.5);
        assertThat(result.falsePositives().trials()).isEqualTo(test.size());
    }

    @Test
    void aPerturbationBeyondItsBoundIsNoEvidence() {
        TwinEvaluation evaluation = new TwinEvaluation(moderation("dino_a"), moderation("vit_a"), 0.05, 0.05);

        assertThatThrownBy(() -> evaluation.run(
                        calibration, test, flagged, new Repainting(), LARGE, EvaluationProgress.silent()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("break their bound");
    }

    @Test
    void anAttackerWhoKnowsTheTwinFlipsVerdictsThatRaiseNoAlarm() {
        ViewModerator robust = moderation("dino_a");
        ViewModerator clean = moderation("vit_a");
        // A threshold of zero: whatever the two decide differently is an alarm.
        KnowingAttack attack = new KnowingAttack(robust, clean, new TwinAuditor(0));

        KnowingAttack.Result result =
                attack.run(test, flagged, new Apgd(8, 1, EarlyStop.EACH_FOOLED, 1), LARGE, EvaluationProgress.silent());

        assertThat(result.attacked()).isPositive();
        assertThat(result.rows()).extracting(KnowingAttack.Row::weights).isEqualTo(KnowingAttack.WEIGHTS);
        assertThat(result.flipped().value()).isPositive();
        assertThat(result.unnoticed().value()).isPositive();
        for (KnowingAttack.Row row : result.rows()) {
            assertThat(row.unnoticed().value())
                    .isLessThanOrEqualTo(row.flipped().value());
            assertThat(result.unnoticed().value())
                    .isGreaterThanOrEqualTo(row.unnoticed().value());
        }
    }

    /** Swaps red and blue, whatever the bound. */
    private record Repainting() implements Attack {

        @Override
        public AttackResult run(Objective objective, ThreatModel threat, float[] clean, int count, Watch watch) {
            float[] repainted = clean.clone();
            int area = clean.length / count / 3;
            for (int image = 0; image < count; image++) {
                System.arraycopy(clean, 3 * image * area, repainted, (3 * image + 2) * area, area);
                System.arraycopy(clean, (3 * image + 2) * area, repainted, 3 * image * area, area);
            }
            return new AttackResult(repainted, new boolean[count], new float[count], 0, 0);
        }

        @Override
        public String describe() {
            return "repainting";
        }
    }

    private static Result run(TwinEvaluation evaluation) {
        return evaluation.run(calibration, test, flagged, ATTACK, LARGE, EvaluationProgress.silent());
    }

    private static ViewModerator moderation(String model) {
        DifferentiableEncoder network = ModelPackage.open("../perception/src/test/resources/golden/" + model)
                .openDifferentiable(EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache")));
        ViewModerator moderation = ViewModerator.of(
                EvaluatedEncoder.of(network, 4), references, Set.of("red"), OptionalDouble.of(-1), embedded -> {});
        OPEN.add(moderation);
        OPEN.add(network);
        return moderation;
    }

    private static List<Labelled> colours(int from, int to) {
        List<Labelled> colours = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String label = i % 2 == 0 ? "red" : "blue";
            Random random = new Random(i);
            BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
            // Of all roughnesses, so that a perturbed picture is no stranger to the bank.
            int roughness = 1 + random.nextInt(100);
            for (int p = 0; p < 1024; p++) {
                int strong = 155 + random.nextInt(roughness);
                int weak = random.nextInt(roughness);
                int red = label.equals("red") ? strong : weak;
                int blue = label.equals("red") ? weak : strong;
                image.setRGB(p % 32, p / 32, new Color(red, random.nextInt(roughness), blue).getRGB());
            }
            Path file = folder.resolve("colour-" + i + ".png");
            try {
                ImageIO.write(image, "png", file.toFile());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            colours.add(new Labelled(PictureFile.of(file), label));
        }
        return colours;
    }
}

package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.picture.Stripes;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.StepAverages.StepReport;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small transformer that has learnt nothing learns to tell stripes, perturbed as they are. */
class TecoaTrainingTest {

    private static final int STEPS = 36;
    private static final String CONFIG =
            "{\"model_cfg\": {\"embed_dim\": 16, \"vision_cfg\": {\"image_size\": 16, \"patch_size\": 4, \"layers\": 1,"
                    + " \"width\": 32, \"head_width\": 16}, \"text_cfg\": {}}}";

    @TempDir
    static Path whole;

    private static final List<StepReport> REPORTS = new ArrayList<>();
    private static ModelPackage fresh;
    private static Trained trained;

    @TempDir
    Path folder;

    private static Recipe recipe(double epsilon) {
        return new Recipe(
                Adversary.of(ThreatModel.linf(epsilon), new Pgd(2, 0.02, 0, true, 0)),
                new Recipe.Batches(16, 16, 32, 16, 8),
                new Recipe.Variation(false, 0),
                new Recipe.Terms(0.5, 0),
                new Recipe.Descent(3e-3, 1e-4, 2, STEPS, 0, 0),
                Recipe.Patience.ENDLESS,
                1);
    }

    private static Trained train(Path folder, Recipe recipe, double scale, Consumer<StepReport> watch)
            throws IOException {
        Trainer.Setup setup = new Trainer.Setup(EncoderOptions.defaults(), 2, folder, 6, 6);
        TrainingGoal.Maker goals = ClassPrototypes.simplex(2, 16, scale).tecoa(0.5);
        try (Trainer trainer = new Trainer(fresh, fresh, recipe, goals, new Stripes(64, 16), setup)) {
            return trainer.run(watch);
        }
    }

    @BeforeAll
    static void trainWithoutInterruption() throws IOException {
        new FreshPackage(CONFIG.getBytes(StandardCharsets.UTF_8), 2).write(whole.resolve("fresh"));
        fresh = ModelPackage.open(whole.resolve("fresh").toString());
        trained = train(whole, recipe(0.03), 10, REPORTS::add);
    }

    @Test
    void accuracyRisesOnPerturbedPicturesAndOnThemAsTheyAre() {
        StepReport first = REPORTS.get(0);
        StepReport last = REPORTS.get(REPORTS.size() - 1);

        assertThat(last.robustAccuracy()).isGreaterThan(0.9).isGreaterThan(first.robustAccuracy());
        assertThat(last.cleanAccuracy()).isGreaterThan(0.9);
        assertThat(last.loss()).isLessThan(first.loss());
        assertThat(last.toString()).contains(" robust-accuracy ").doesNotContain("head-agreement");
    }

    @Test
    void freeGradientsServeLabelsToo() throws IOException {
        Recipe inner = recipe(0.03);
        Recipe free = new Recipe(
                new Adversary(inner.adversary().threat(), new Pgd(1, 0.03, 0, true, 0), 1, 3),
                inner.batches(),
                inner.variation(),
                inner.terms(),
                inner.descent(),
                inner.patience(),
                inner.seed());
        List<StepReport> reports = new ArrayList<>();

        train(folder, free, 10, reports::add);

        assertThat(reports.get(reports.size() - 1).robustAccuracy()).isGreaterThan(0.9);
    }

    @Test
    void aTrainingThatWasStoppedGoesOnBitForBit() throws IOException {
        assertThatThrownBy(() -> train(folder, recipe(0.03), 10, report -> {
                    if (report.step() == STEPS / 2) {
                        throw new IllegalStateException("stopped between two steps");
                    }
                }))
                .hasMessageContaining("stopped between");
        List<StepReport> after = new ArrayList<>();

        Trained resumed = train(folder, recipe(0.03), 10, after::add);

        assertThat(after).hasSizeLessThan(REPORTS.size());
        assertThat(resumed.weights()).isEqualTo(trained.weights());
    }

    @Test
    void aCheckpointOfAnotherScaleIsNotGoneOnFrom() {
        assertThatThrownBy(() -> train(whole, recipe(0.03), 11, report -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of another training")
                .hasMessageContaining("scale 11.0");
    }

    @Test
    void withABoundOfZeroNothingIsPerturbed() throws IOException {
        List<StepReport> reports = new ArrayList<>();
        Recipe plain = recipe(0);
        Recipe otherAttack = new Recipe(
                Adversary.of(plain.adversary().threat(), new Pgd(7, 1, 0.5, false, 0)),
                plain.batches(),
                plain.variation(),
                plain.terms(),
                plain.descent(),
                plain.patience(),
                plain.seed());

        Trained one = train(folder.resolve("one"), plain, 10, reports::add);
        Trained other = train(folder.resolve("other"), otherAttack, 10, report -> {});

        assertThat(one.weights()).isEqualTo(other.weights());
        assertThat(reports.get(reports.size() - 1).robustAccuracy())
                .as("of pictures as they are")
                .isGreaterThan(0.9);
    }
}

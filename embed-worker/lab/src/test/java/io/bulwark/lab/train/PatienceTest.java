package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.picture.Noise;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.Checkpoint.TrainingState;
import io.bulwark.lab.train.Checkpoint.Validation;
import io.bulwark.lab.train.StepAverages.StepReport;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that stops where pictures that it never learns from gain nothing any more. */
class PatienceTest {

    private static final int STEPS = 60;
    private static final int EVERY = 2;
    private static final int LOOKS = 3;
    private static final Recipe.Patience PATIENCE = new Recipe.Patience(EVERY, LOOKS, 16);
    private static final String CONFIG =
            "{\"model_cfg\": {\"embed_dim\": 8, \"vision_cfg\": {\"image_size\": 8, \"patch_size\": 4, \"layers\": 1,"
                    + " \"width\": 16, \"head_width\": 8}, \"text_cfg\": {}}}";

    @TempDir
    static Path whole;

    private static final List<StepReport> REPORTS = new ArrayList<>();
    private static ModelPackage fresh;
    private static Trained trained;

    @TempDir
    Path folder;

    private static Recipe recipe(Recipe.Patience patience) {
        return new Recipe(
                Adversary.of(ThreatModel.linf(0.02), new Pgd(1, 0.02, 0, true, 0)),
                new Recipe.Batches(8, 8, 8, 8, 0),
                new Recipe.Variation(false, 0),
                new Recipe.Terms(0, 0),
                new Recipe.Descent(1e-2, 0, 1, STEPS, 0, 0),
                patience,
                5);
    }

    /** Noise whose labels are drawn blindly: what is learnt of them helps no picture that was kept. */
    private static final class Blind extends Noise {

        Blind() {
            super(400, 8);
        }

        @Override
        public int label(int index) {
            return Math.floorMod(Sha256.ofText("label " + index).first(), 2);
        }

        @Override
        public String fingerprint() {
            return "blind " + super.fingerprint();
        }
    }

    private static Trained train(Path folder, Consumer<StepReport> watch) throws IOException {
        Trainer.Setup setup = new Trainer.Setup(EncoderOptions.defaults(), 1, folder, EVERY + 1, 1);
        TrainingGoal.Maker goals = ClassPrototypes.simplex(2, 8, 10).tecoa(0);
        try (Trainer trainer = new Trainer(fresh, fresh, recipe(PATIENCE), goals, new Blind(), setup)) {
            return trainer.run(watch);
        }
    }

    @BeforeAll
    static void trainUntilItStops() throws IOException {
        new FreshPackage(CONFIG.getBytes(StandardCharsets.UTF_8), 2).write(whole.resolve("fresh"));
        fresh = ModelPackage.open(whole.resolve("fresh").toString());
        trained = train(whole, REPORTS::add);
    }

    @Test
    void itStopsWhenItsPatienceAfterTheBestLookEnds() {
        int last = REPORTS.get(REPORTS.size() - 1).step();

        assertThat(last).isLessThan(STEPS).isEqualTo(trained.steps() + LOOKS * EVERY);
        double best = lossAt(trained.steps());
        assertThat(REPORTS)
                .filteredOn(report -> !Double.isNaN(report.heldOutLoss()))
                .allMatch(report -> report.heldOutLoss() >= best);
    }

    private static double lossAt(int step) {
        return REPORTS.stream()
                .filter(report -> report.step() == step)
                .findFirst()
                .orElseThrow()
                .heldOutLoss();
    }

    @Test
    void theWeightsAreThoseOfTheBestLook() throws IOException {
        TrainingState state =
                Checkpoint.in(whole).read(Checkpoint.in(whole).belongs()).orElseThrow();

        assertThat(trained.weights()).isEqualTo(state.best().weights()).isNotEqualTo(state.average());
        assertThat(state.best().loss()).isEqualTo(lossAt(trained.steps()));
    }

    @Test
    void aTrainingThatWasStoppedFromOutsideEndsAtTheSameStepWithTheSameWeights() throws IOException {
        int middle = trained.steps() + EVERY;
        assertThatThrownBy(() -> train(folder, report -> {
                    if (report.step() == middle) {
                        throw new IllegalStateException("stopped");
                    }
                }))
                .hasMessage("stopped");
        List<StepReport> after = new ArrayList<>();

        Trained resumed = train(folder, after::add);

        assertThat(resumed.steps()).isEqualTo(trained.steps());
        assertThat(resumed.weights()).isEqualTo(trained.weights());
        assertThat(after.get(after.size() - 1).step())
                .isEqualTo(REPORTS.get(REPORTS.size() - 1).step());
    }

    @Test
    void aTrainingThatHasStoppedTakesNoFurtherStep() throws IOException {
        List<StepReport> after = new ArrayList<>();

        assertThat(train(whole, after::add).weights()).isEqualTo(trained.weights());
        assertThat(after).isEmpty();
    }

    @Test
    void picturesThatAreKeptAreNeverLearntFrom() {
        Blind pictures = new Blind();
        Validation validation = Validation.of(pictures, recipe(PATIENCE));
        Set<Integer> learnt = new HashSet<>();
        IntStream.of(validation.learnt()).forEach(learnt::add);

        assertThat(validation.kept().length).isBetween(8, 40);
        assertThat(validation.learnt().length + validation.kept().length).isEqualTo(pictures.size());
        assertThat(learnt)
                .doesNotContainAnyElementsOf(
                        IntStream.of(validation.kept()).boxed().toList());
        assertThat(validation.shards(8, 16))
                .allSatisfy(shard -> assertThat(shard)
                        .hasSize(8)
                        .doesNotHaveDuplicates()
                        .allMatch(picture -> !learnt.contains(picture)));
    }

    @Test
    void withoutPatienceAllIsLearntFrom() {
        assertThat(Validation.of(new Blind(), recipe(Recipe.Patience.ENDLESS)).learnt())
                .hasSize(400);
    }

    @Test
    void tooFewPicturesToKeepAnyAreRefused() {
        assertThatThrownBy(() -> Validation.of(new Noise(20, 8), recipe(PATIENCE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of 20 pictures")
                .hasMessageContaining("a shard of 8");
    }
}

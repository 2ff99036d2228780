package io.bulwark.robustness.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.gradient.Pgd;
import io.bulwark.robustness.picture.Stripes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small residual CNN that has learnt nothing learns to tell perturbed stripes, and is kept as a package. */
class ResidualCnnTrainingTest {

    private static final String CONFIG =
            "{\"model_type\": \"residual-cnn\", \"image_size\": 16, \"num_channels\": 1, \"depths\": [1, 1],"
                    + " \"hidden_sizes\": [8, 16], \"projection_dim\": 4}";

    @TempDir
    Path folder;

    @Test
    void itLearnsFromNothingAndOpensAgainAsWhatItHasBecome() throws IOException {
        new FreshPackage(CONFIG.getBytes(StandardCharsets.UTF_8), 2).write(folder.resolve("fresh"));
        ModelPackage fresh = ModelPackage.open(folder.resolve("fresh").toString());
        List<StepReport> reports = new ArrayList<>();

        Trained trained = train(fresh, reports);
        fresh.save(trained.model("tuned", ElementType.F32), folder.resolve("tuned"));

        assertThat(reports.get(reports.size() - 1).robustAccuracy())
                .isGreaterThan(0.9)
                .isGreaterThan(reports.get(0).robustAccuracy());
        ModelPackage tuned = ModelPackage.open(folder.resolve("tuned").toString());
        assertThat(tuned.manifest().provenance()).containsEntry("steps taken", "20");
        float[] pixels = new float[3 * 16 * 16];
        try (DifferentiableEncoder one = fresh.openDifferentiable(EncoderOptions.defaults());
                DifferentiableEncoder other = tuned.openDifferentiable(EncoderOptions.defaults())) {
            one.setWeights(trained.weights());
            assertThat(other.embed(pixels, 1)).containsExactly(one.embed(pixels, 1), within(1e-6f));
        }
    }

    private Trained train(ModelPackage fresh, List<StepReport> reports) throws IOException {
        Recipe recipe = new Recipe(
                Adversary.of(ThreatModel.linf(0.03), new Pgd(2, 0.02, 0, true, 0)),
                new Recipe.Batches(16, 16, 32, 16, 8),
                new Recipe.Variation(false, 0),
                new Recipe.Terms(0.5, 0),
                new Recipe.Descent(3e-3, 1e-4, 2, 20, 0, 0),
                Recipe.Patience.ENDLESS,
                1);
        Trainer.Setup setup = new Trainer.Setup(EncoderOptions.defaults(), 1, folder.resolve("work"), 20, 4);
        TrainingGoal.Maker goals = ClassPrototypes.simplex(2, 4, 10).tecoa(0.5);
        try (Trainer trainer = new Trainer(fresh, fresh, recipe, goals, new Stripes(64, 16), setup)) {
            return trainer.run(reports::add);
        }
    }
}

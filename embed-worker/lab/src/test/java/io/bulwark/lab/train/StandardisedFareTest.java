package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.picture.Noise;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.TrainCommand.MaskingCheck;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardisedFareTest {

    private static final int SIDE = 32;
    private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withThreads(1);

    @TempDir
    Path folder;

    private final ModelPackage parent = ModelPackage.open(ModelPackage.CLASSIFIER);
    private final Noise pictures = new Noise(24, 40);

    private static Recipe recipe(boolean head) {
        return new Recipe(
                Adversary.of(ThreatModel.linf(4 / 255.0), new Pgd(2, 2 / 255.0, 0, true, 0)),
                new Recipe.Batches(SIDE, SIDE, 4, 4, 2),
                new Recipe.Variation(true, 0, 0.3),
                new Recipe.Terms(1, 1),
                new Recipe.Descent(1e-3, 1e-4, 0, 1, 0, 0, head),
                Recipe.Patience.ENDLESS,
                11);
    }

    @Test
    void anAnswerOfTheMeanIsOneDeviationAwayInEachDimensionThatVaries() {
        Recipe recipe = recipe(false);
        float[] scale = StandardisedFare.of(parent, pictures, recipe, 3).scale();

        List<float[]> rows = new ArrayList<>();
        Augmentation augmentation = new Augmentation(pictures, recipe.batches(), recipe.variation());
        try (DifferentiableEncoder encoder = parent.openDifferentiable(OPTIONS)) {
            for (int i = 0; i < pictures.size(); i++) {
                float[] pixels = new float[3 * SIDE * SIDE];
                augmentation
                        .crop(i, Seeds.random(recipe.seed(), Seeds.DEVIATION, 0, i))
                        .write(SIDE, pixels, 0);
                rows.add(encoder.embed(pixels, 1, SIDE, SIDE));
            }
        }
        for (int d = 0; d < scale.length; d++) {
            int dimension = d;
            double mean =
                    rows.stream().mapToDouble(row -> row[dimension]).average().orElseThrow();
            double variance = rows.stream()
                    .mapToDouble(row -> (row[dimension] - mean) * (row[dimension] - mean))
                    .average()
                    .orElseThrow();
            assertThat(scale[d] * scale.length * (variance + 1e-3)).isCloseTo(3, within(1e-2));
        }
    }

    @Test
    void theClassifierMovesWhereItIsAskedToAndElseStays() throws IOException {
        for (boolean head : new boolean[] {false, true}) {
            Recipe recipe = recipe(head);
            StandardisedFare goals = StandardisedFare.of(parent, pictures, recipe, 1);
            Trainer.Setup setup = new Trainer.Setup(EncoderOptions.defaults(), 1, folder.resolve("head-" + head), 1, 1);
            Trained trained;
            try (Trainer trainer = new Trainer(parent, parent, recipe, goals, pictures, setup)) {
                trained = trainer.run(report -> assertThat(report.loss()).isPositive());
            }
            float[] before;
            try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
                before = encoder.weights();
            }
            for (TensorPlace place : trained.tensors()) {
                boolean moved = !Arrays.equals(
                        before,
                        place.offset(),
                        place.offset() + place.length(),
                        trained.weights(),
                        place.offset(),
                        place.offset() + place.length());
                assertThat(moved).as(place.name()).isEqualTo(head || !place.head());
            }
            assertThat(trained.provenance()).containsKey("distance");
        }
    }

    @Test
    void tenStepsFindMoreThanOneAndNeitherLessThanNone() {
        Recipe recipe = recipe(false);
        StandardisedFare goals = StandardisedFare.of(parent, pictures, recipe, 1);
        try (DifferentiableEncoder frozen = parent.openDifferentiable(OPTIONS);
                DifferentiableEncoder tuned = parent.openDifferentiable(OPTIONS)) {
            MaskingCheck check = MaskingCheck.of(frozen, tuned, recipe, goals, pictures, 20);

            assertThat(check.pictures()).isEqualTo(20);
            assertThat(check.clean()).isCloseTo(0, within(1e-4));
            assertThat(check.oneStep()).isGreaterThanOrEqualTo(check.clean());
            assertThat(check.tenSteps()).isGreaterThan(check.oneStep());
            assertThat(check.gap()).isBetween(0.0, 1.0);
        }
    }
}

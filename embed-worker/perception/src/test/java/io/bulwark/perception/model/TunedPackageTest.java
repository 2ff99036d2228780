package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages with other weights than their parent's, of every family that is trained. */
class TunedPackageTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withThreads(1);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"vit_a", "vit_c", "convnext_a", "dino_a"})
    void theTensorsOfACheckpointTileTheRowOfWeightsWithTheirOwnValues(String name) throws IOException {
        Path checkpoint = GOLDEN.resolve(name);
        try (TrainableEncoder encoder = ModelPackage.open(checkpoint.toString()).openTrainable(OPTIONS);
                SafetensorsFile file = weights(checkpoint)) {
            float[] row = encoder.weights();
            int next = 0;
            List<TensorPlace> places = encoder.tensors().stream()
                    .sorted(Comparator.comparingInt(TensorPlace::offset))
                    .toList();
            for (TensorPlace place : places) {
                assertThat(place.offset()).as(place.name()).isEqualTo(next);
                next += place.length();
                String prefixed = "visual." + place.name();
                // The text tower of the same file has tensors of these names without a prefix.
                String stored = file.tensors().containsKey(prefixed) ? prefixed : place.name();
                float[] values = file.floats(stored);
                for (int i = 0; i < values.length; i++) {
                    assertThat(row[place.offset() + i]).as(place.name()).isEqualTo(values[i]);
                }
            }
            assertThat(next).isEqualTo(row.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit_a", "convnext_a", "dino_a"})
    void aTunedCheckpointIsReadLikeThePublishedOneAndSaysWhereItComesFrom(String name) throws IOException {
        ModelPackage parent = ModelPackage.open(GOLDEN.resolve(name).toString());
        float[] weights;
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            weights = encoder.weights();
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= 1.5f;
            }
            parent.save(
                    new TunedModel(
                            "tuned", weights, encoder.tensors(), ElementType.F32, Map.of("parent", "the golden one")),
                    folder);
        }

        ModelPackage tuned = ModelPackage.open(folder.toString());

        assertThat(tuned.manifest().name()).isEqualTo("tuned");
        assertThat(tuned.manifest().provenance()).containsExactly(Map.entry("parent", "the golden one"));
        assertThat(tuned.hasText()).isEqualTo(parent.hasText());
        try (TrainableEncoder encoder = tuned.openTrainable(OPTIONS)) {
            assertThat(encoder.weights()).isEqualTo(weights);
        }
    }

    @Test
    void aTunedCheckpointKeepsTheMeanAndDeviationThatLieBesideItsParent() throws IOException {
        Path published = Files.createDirectories(folder.resolve("published"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(GOLDEN.resolve("dino_a").resolve(file), published.resolve(file));
        }
        Files.writeString(
                published.resolve("preprocessor_config.json"),
                "{\"image_mean\": [0.5, 0.25, 0.125], \"image_std\": [0.5, 0.5, 0.75]}");
        ModelPackage parent = ModelPackage.open(published.toString());
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            parent.save(
                    new TunedModel("tuned", encoder.weights(), encoder.tensors(), ElementType.F32, Map.of()),
                    folder.resolve("tuned"));
        }

        ModelPackage tuned = ModelPackage.open(folder.resolve("tuned").toString());

        assertThat(tuned.describe(EncoderOptions.Precision.FP32).preprocess().mean())
                .containsExactly(0.5f, 0.25f, 0.125f);
        assertThat(tuned.describe(EncoderOptions.Precision.FP32).preprocess().std())
                .containsExactly(0.5f, 0.5f, 0.75f);
    }

    @Test
    void weightsOfAnotherParentAreRefused() {
        ModelPackage parent = ModelPackage.open(ModelPackage.CLASSIFIER);
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            TunedModel others = new TunedModel("others", new float[7], encoder.tensors(), ElementType.F16, Map.of());

            assertThatThrownBy(() -> parent.save(others, folder))
                    .isInstanceOf(ModelPackageException.class)
                    .hasMessageContaining("has 7 weights")
                    .hasMessageContaining("--model");
        }
    }

    @Test
    void aModelMaySeeSmallerPicturesThanItsParentWhereItsFamilyTakesAnySize() throws IOException {
        ModelPackage parent = ModelPackage.open(ModelPackage.CLASSIFIER);
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            TunedModel same = new TunedModel("small", encoder.weights(), encoder.tensors(), ElementType.F16, Map.of());
            parent.save(same.withInput(96), folder);
        }

        PreprocessSpec seen = ModelPackage.open(folder.toString()).manifest().preprocess();

        assertThat(seen.canonical())
                .isEqualTo(PreprocessSpec.unit(96, PreprocessSpec.Interpolation.BILINEAR)
                        .canonical());
    }

    @Test
    void aModelWhoseConfigurationStatesASizeKeepsIt() {
        ModelPackage parent = ModelPackage.open(GOLDEN.resolve("vit_a").toString());
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            TunedModel same = new TunedModel("small", encoder.weights(), encoder.tensors(), ElementType.F16, Map.of());

            assertThatThrownBy(() -> parent.save(same.withInput(96), folder))
                    .isInstanceOf(ModelPackageException.class)
                    .hasMessageContaining("no other size");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aManifestThatContradictsTheConfigurationBesideItIsRefused() throws IOException {
        ModelPackage parent = ModelPackage.open(GOLDEN.resolve("vit_a").toString());
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            parent.save(
                    new TunedModel("tuned", encoder.weights(), encoder.tensors(), ElementType.F32, Map.of()), folder);
        }
        Path manifest = folder.resolve(PackageManifest.FILE);
        Files.writeString(manifest, Files.readString(manifest).replace("open-clip-vit", "dino-vit"));

        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("dino-vit")
                .hasMessageContaining("open_clip_config.json");
    }

    @Test
    void replacedWeightsChangeTheAnswersOfBothInstances() {
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);
        float[] pixels = new float[3 * 32 * 32];
        try (TrainableEncoder learner = model.openTrainable(OPTIONS);
                DifferentiableEncoder attacked = model.openDifferentiable(OPTIONS)) {
            float[] before = attacked.embed(pixels, 1, 32, 32);
            float[] weights = learner.weights();
            weights[
                    learner.tensors().stream()
                            .filter(place -> place.name().equals("last.bias"))
                            .findFirst()
                            .orElseThrow()
                            .offset()] += 100;

            attacked.setWeights(weights);
            learner.setWeights(weights);

            assertThat(attacked.embed(pixels, 1, 32, 32)[0]).isNotEqualTo(before[0]);
            assertThat(learner.weights()).isEqualTo(weights);
            TrainableEncoder.Gradient gradient =
                    learner.gradient(pixels, 1, 32, 32, answers -> new Answers(1, answers.embeddings(), new float[0]));
            assertThat(gradient.answers().embeddings()).isEqualTo(attacked.embed(pixels, 1, 32, 32));
            assertThat(gradient.weights()).hasSameSizeAs(weights);
        }
    }

    private static SafetensorsFile weights(Path checkpoint) throws IOException {
        Path clip = checkpoint.resolve("open_clip_model.safetensors");
        return SafetensorsFile.open(Files.exists(clip) ? clip : checkpoint.resolve("model.safetensors"));
    }
}

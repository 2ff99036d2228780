package io.bulwark.perception.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.checkpoint.CheckpointImport.Texts;
import io.bulwark.perception.pickle.Pickle;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text towers that come along, against what open_clip answers on the same random weights ({@code golden/vit_*}). */
class TextTowerImportTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String WEIGHTS = "open_clip_model.safetensors";

    @TempDir
    Path folder;

    private final EncoderOptions options = EncoderOptions.defaults().withThreads(1);

    private static byte[] config(String name) throws IOException {
        return Files.readAllBytes(GOLDEN.resolve(name).resolve("open_clip_config.json"));
    }

    private Path torch(String name, UnaryOperator<String> renamed) throws IOException {
        Path file = Files.createTempDirectory(folder, "torch").resolve("tower.pt");
        try (SafetensorsFile tensors = SafetensorsFile.open(GOLDEN.resolve(name).resolve(WEIGHTS))) {
            return Pickle.stateDict(file, tensors, renamed);
        }
    }

    private static String visionAlone(String tensor) {
        return tensor.startsWith("visual.") ? tensor.substring("visual.".length()) : "";
    }

    private ModelPackage imported(String name, Path weights, Optional<Path> head, Texts texts) throws IOException {
        Path out = Files.createTempDirectory(folder, "package");
        new CheckpointImport(weights, config(name), head, Optional.empty(), false, OptionalInt.empty(), texts)
                .write(out);
        return ModelPackage.open(out.toString());
    }

    private void assertIsGolden(String name, ModelPackage model) throws IOException {
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("text.safetensors"));
                TextEncoder encoder = model.openText(options)) {
            LongBuffer ids = golden.bytes("tokens").asLongBuffer();
            long[][] tokens = new long[ids.remaining() / encoder.contextLength()][encoder.contextLength()];
            for (long[] row : tokens) {
                ids.get(row);
            }
            assertThat(encoder.embedRaw(tokens)).containsExactly(golden.floats("embedding"), within(2e-5f));
            assertThat(Math.log(encoder.logitScale())).isCloseTo(golden.floats("logit_scale")[0], within(1e-6));
        }
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("vision.safetensors"));
                DifferentiableEncoder encoder = model.openDifferentiable(options)) {
            float[] input = golden.floats("input");
            int pixels = 3
                    * encoder.description().preprocess().height()
                    * encoder.description().preprocess().width();
            assertThat(encoder.embed(input, input.length / pixels))
                    .containsExactly(golden.floats("embedding"), within(2e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit_a", "vit_b", "vit_c", "convnext_a"})
    void aCheckpointWithBothTowersIsImportedWithBoth(String name) throws IOException {
        assertIsGolden(name, imported(name, torch(name, tensor -> tensor), Optional.empty(), new Texts.Own()));
        assertIsGolden(name, imported(name, GOLDEN.resolve(name).resolve(WEIGHTS), Optional.empty(), new Texts.Own()));
    }

    @Test
    void aRobustTowerThatIsPublishedAloneTakesTheTextsOfTheOriginal() throws IOException {
        Path alone = torch("vit_a", TextTowerImportTest::visionAlone);
        Path textsAlone = torch("vit_a", tensor -> tensor.startsWith("visual.") ? "" : tensor);

        assertThat(imported("vit_a", alone, Optional.empty(), new Texts.Own()).hasText())
                .isFalse();
        for (Path original : List.of(GOLDEN.resolve("vit_a").resolve(WEIGHTS), textsAlone)) {
            ModelPackage both = imported("vit_a", alone, Optional.empty(), new Texts.Of(original));
            assertIsGolden("vit_a", both);
            assertThat(both.manifest().provenance().get("text tower"))
                    .contains(original.getFileName().toString());
        }
    }

    @Test
    void parallelTrainingAndATowerUnderTextAreTheSame() throws IOException {
        Path file = torch(
                "vit_a",
                tensor -> "module."
                        + (tensor.startsWith("visual.") || tensor.equals("logit_scale") ? tensor : "text." + tensor));

        assertIsGolden("vit_a", imported("vit_a", file, Optional.empty(), new Texts.Own()));
    }

    @Test
    void anMlpStandsBehindTheTowerOfPicturesBesideTheOneOfTexts() throws IOException {
        Path head = folder.resolve("mlp.safetensors");
        int dimension = imported("vit_a", GOLDEN.resolve("vit_a").resolve(WEIGHTS), Optional.empty(), new Texts.None())
                .describe(EncoderOptions.Precision.FP32)
                .dimension();
        new SafetensorsWriter()
                .add("fc1.weight", List.of(3L, (long) dimension), new float[3 * dimension])
                .add("fc1.bias", List.of(3L), new float[3])
                .add("fc2.weight", List.of((long) dimension, 3L), new float[3 * dimension])
                .add("fc2.bias", List.of((long) dimension), new float[dimension])
                .write(head);

        ModelPackage model =
                imported("vit_a", GOLDEN.resolve("vit_a").resolve(WEIGHTS), Optional.of(head), new Texts.Own());

        // Zeros behind a residual: the embedding as it is.
        assertIsGolden("vit_a", model);
    }

    @Test
    void itIsLeftWhereThatIsAskedFor() throws IOException {
        ModelPackage pictures = imported("vit_a", torch("vit_a", tensor -> tensor), Optional.empty(), new Texts.None());

        assertThat(pictures.hasText()).isFalse();
        assertThat(pictures.weightsSummary().tensors())
                .isLessThan(imported("vit_a", torch("vit_a", tensor -> tensor), Optional.empty(), new Texts.Own())
                        .weightsSummary()
                        .tensors());
    }

    @Test
    void malformedTextTowersAreNamedAndNothingIsWritten() throws IOException {
        Path lacking = torch("vit_a", tensor -> tensor.equals("ln_final.bias") ? "" : tensor);
        Path surplus = torch("vit_a", tensor -> tensor.equals("text_projection") ? "text_projektion" : tensor);
        Path unscaled = torch("vit_a", tensor -> tensor.equals("logit_scale") ? "" : tensor);

        refused(lacking, new Texts.Own(), "the text tower of the configuration: missing 1 (ln_final.bias)");
        refused(surplus, new Texts.Own(), "missing 1 (text_projection) unexpected 1 (text_projektion)");
        refused(unscaled, new Texts.Own(), "missing 1 (logit_scale)");
        refused(
                GOLDEN.resolve("vit_a").resolve(WEIGHTS),
                new Texts.Of(GOLDEN.resolve("vit_b").resolve(WEIGHTS)),
                "token_embedding.weight is");
        refused(
                GOLDEN.resolve("vit_a").resolve(WEIGHTS),
                new Texts.Of(torch("vit_a", TextTowerImportTest::visionAlone)),
                "holds no text tower");
    }

    @Test
    void aTextTowerThatIsCutShortOfWholeNumbersOrNoTowerAtAllIsATypedError() throws IOException {
        Path whole = torch("vit_a", tensor -> tensor);
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.pt"), Arrays.copyOf(bytes, bytes.length / 2));
        Path words = Files.writeString(folder.resolve("words.safetensors"), "no tensors at all, but words");
        Path numbers = folder.resolve("numbers.safetensors");
        try (SafetensorsFile tensors =
                SafetensorsFile.open(GOLDEN.resolve("vit_a").resolve(WEIGHTS))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (SafetensorsFile.TensorInfo tensor : tensors.tensors().values()) {
                if (tensor.name().equals("ln_final.weight")) {
                    writer.add(tensor.name(), ElementType.I32, tensor.shape(), tensors.bytes(tensor.name()));
                } else {
                    writer.add(tensor.name(), tensor.shape(), tensors.floats(tensor.name()));
                }
            }
            writer.write(numbers);
        }
        Path alone = torch("vit_a", TextTowerImportTest::visionAlone);

        refused(alone, new Texts.Of(cut), "cut.pt");
        refused(alone, new Texts.Of(words), "words.safetensors");
        refused(alone, new Texts.Of(numbers), "ln_final.weight is of type I32");
    }

    private void refused(Path weights, Texts texts, String words) throws IOException {
        Path out = folder.resolve("none");
        assertThatThrownBy(() -> new CheckpointImport(
                                weights,
                                config("vit_a"),
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                OptionalInt.empty(),
                                texts)
                        .write(out))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining(words);
        assertThat(out).doesNotExist();
    }

    @Test
    void aTextTowerOfAnotherKindIsLeftUnlessItIsAskedFor() throws IOException {
        byte[] other = new String(config("vit_a"), StandardCharsets.UTF_8)
                .replaceFirst("\"text_cfg\": *\\{", "\"text_cfg\": {\"hf_model_name\": \"roberta-base\", ")
                .getBytes(StandardCharsets.UTF_8);
        Path weights = GOLDEN.resolve("vit_a").resolve(WEIGHTS);
        Path out = folder.resolve("other");

        new CheckpointImport(weights, other, Optional.empty(), Optional.empty(), false, OptionalInt.empty()).write(out);

        assertThat(ModelPackage.open(out.toString()).hasText()).isFalse();
        assertThatThrownBy(() -> new CheckpointImport(
                                weights,
                                other,
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                OptionalInt.empty(),
                                new Texts.Of(weights))
                        .write(out))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("'text_cfg' is of a kind");
    }
}

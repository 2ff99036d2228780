package io.bulwark.perception.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import io.bulwark.perception.safetensors.TensorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On files that PyTorch wrote, with random weights ({@code golden/published}), and on such as are made here. */
class CheckpointImportTest {

    private static final Path PUBLISHED = Path.of("src/test/resources/golden/published");
    private static final Path TOWER = PUBLISHED.resolve("vit-fare-eps4.pt");
    private static final Path HEAD = PUBLISHED.resolve("mlp-vit-fare-eps4.pt");
    private static final Path ADAPTER = PUBLISHED.resolve("lora-vit-fare");
    private static final String CONVNEXT = "{\"model_cfg\": {\"embed_dim\": 10, \"vision_cfg\": {\"timm_model_name\":"
            + " \"convnext_base\", \"timm_proj\": \"linear\", \"timm_pool\": \"\", \"image_size\": 256,"
            + " \"timm_model_kwargs\": {\"depths\": [1, 1, 2, 1], \"dims\": [8, 8, 12, 16]}}, \"text_cfg\": {}}}";

    @TempDir
    Path folder;

    private final Random random = new Random(4);
    private final EncoderOptions options = EncoderOptions.defaults().withThreads(1);

    private static byte[] config() throws IOException {
        return Files.readAllBytes(PUBLISHED.resolve("open_clip_config.json"));
    }

    private ModelPackage imported(Path weights, byte[] config, Optional<Path> head, Optional<Path> adapter)
            throws IOException {
        Path out = Files.createTempDirectory(folder, "package");
        new CheckpointImport(weights, config, head, adapter, false, OptionalInt.empty()).write(out);
        return ModelPackage.open(out.toString());
    }

    private static float[] expected(String tensor) throws IOException {
        try (SafetensorsFile data = SafetensorsFile.open(PUBLISHED.resolve("expected.safetensors"))) {
            return data.floats(tensor);
        }
    }

    private float[] embedded(ModelPackage model) throws IOException {
        try (DifferentiableEncoder encoder = model.openDifferentiable(options)) {
            return encoder.embed(expected("input"), 5);
        }
    }

    @Test
    void aTowerAnMlpAndAdaptersEmbedAsTheAuthorsCodeDoes() throws IOException {
        ModelPackage tower = imported(TOWER, config(), Optional.empty(), Optional.empty());
        ModelPackage headed = imported(TOWER, config(), Optional.of(HEAD), Optional.empty());
        ModelPackage adapted = imported(TOWER, config(), Optional.empty(), Optional.of(ADAPTER));

        assertThat(embedded(tower)).containsExactly(expected("backbone"), within(2e-5f));
        assertThat(embedded(headed)).containsExactly(expected("mlp"), within(2e-5f));
        assertThat(embedded(adapted)).containsExactly(expected("lora"), within(2e-5f));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWorkersProgramAgreesWithTheOneForGradients(boolean head) throws IOException {
        ModelPackage model = head
                ? imported(TOWER, config(), Optional.of(HEAD), Optional.empty())
                : imported(TOWER, config(), Optional.empty(), Optional.of(ADAPTER));
        agrees(model, 24);
    }

    private void agrees(ModelPackage model, int dimension) {
        int side = model.manifest().preprocess().width();
        byte[] bytes = new byte[side * side * 3];
        random.nextBytes(bytes);
        float[] planes = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            planes[i % 3 * side * side + i / 3] = (bytes[i] & 0xff) / 255f;
        }
        try (Encoder encoder = model.openEncoder(options);
                DifferentiableEncoder slow = model.openDifferentiable(options)) {
            ByteBuffer pixels =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            float[] raw = slow.embed(planes, 1);
            double length = 0;
            for (float value : raw) {
                length += (double) value * value;
            }
            float[] found = encoder.embed(pixels, 1).values();
            for (int d = 0; d < dimension; d++) {
                assertThat((double) found[d]).isCloseTo(raw[d] / Math.sqrt(length), within(2e-5));
            }
        }
    }

    @Test
    void taughtMetricsSeeTheWholePictureSqueezedAndOthersAsConfigured() throws IOException {
        assertThat(imported(TOWER, config(), Optional.empty(), Optional.empty())
                        .manifest()
                        .preprocess()
                        .resizeMode())
                .isEqualTo(ResizeMode.SHORTEST);
        for (ModelPackage taught : List.of(
                imported(TOWER, config(), Optional.of(HEAD), Optional.empty()),
                imported(TOWER, config(), Optional.empty(), Optional.of(ADAPTER)))) {
            assertThat(taught.manifest().preprocess().resizeMode()).isEqualTo(ResizeMode.SQUASH);
            assertThat(taught.manifest().preprocess().interpolation()).isEqualTo(Interpolation.BICUBIC);
        }
    }

    @Test
    void aTowerThatIsToBeTaughtSeesWhatTaughtOnesSee() throws IOException {
        Path out = folder.resolve("parent");
        new CheckpointImport(
                        convNext(),
                        CONVNEXT.getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        OptionalInt.empty())
                .write(out);

        PreprocessSpec spec = ModelPackage.open(out.toString()).manifest().preprocess();
        assertThat(spec.resizeMode()).isEqualTo(ResizeMode.SQUASH);
        assertThat(spec.interpolation()).isEqualTo(Interpolation.BICUBIC);
        assertThat(List.of(spec.width(), spec.height(), spec.resizeTo())).containsOnly(224);
    }

    @Test
    void aConvNextSees224PixelsOfIts256() throws IOException {
        Path tower = convNext();
        ModelPackage plain =
                imported(tower, CONVNEXT.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty());

        assertThat(plain.manifest().preprocess().width()).isEqualTo(224);
        assertThat(plain.manifest().preprocess().resizeTo()).isEqualTo(256);
    }

    private Path convNext() throws IOException {
        Path made = Files.createTempDirectory(folder, "convnext");
        new FreshPackage(CONVNEXT.getBytes(StandardCharsets.UTF_8), 3).write(made);
        return made.resolve("open_clip_model.safetensors");
    }

    private float[] noise(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 0.3f * (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void anMlpBehindAConvNextIsTheFormulaOnTheEmbeddingAsItIs() throws IOException {
        Path tower = convNext();
        float[] in = noise(7 * 10);
        float[] inBias = noise(7);
        float[] out = noise(10 * 7);
        float[] outBias = noise(10);
        Path head = folder.resolve("mlp.safetensors");
        new SafetensorsWriter()
                .add("fc1.weight", List.of(7L, 10L), in)
                .add("fc1.bias", List.of(7L), inBias)
                .add("fc2.weight", List.of(10L, 7L), out)
                .add("fc2.bias", List.of(10L), outBias)
                .write(head);
        byte[] config = CONVNEXT.replace("256", "32").getBytes(StandardCharsets.UTF_8);
        ModelPackage plain = imported(tower, config, Optional.empty(), Optional.empty());
        ModelPackage headed = imported(tower, config, Optional.of(head), Optional.empty());
        float[] pixels = noise(3 * 32 * 32);
        try (DifferentiableEncoder before = plain.openDifferentiable(options);
                DifferentiableEncoder behind = headed.openDifferentiable(options)) {
            float[] z = before.embed(pixels, 1);
            float[] wanted = new float[10];
            for (int d = 0; d < 10; d++) {
                double sum = z[d] + outBias[d];
                for (int h = 0; h < 7; h++) {
                    double active = inBias[h];
                    for (int e = 0; e < 10; e++) {
                        active += in[h * 10 + e] * z[e];
                    }
                    sum += Math.max(0, active) * out[d * 7 + h];
                }
                wanted[d] = (float) sum;
            }
            assertThat(behind.embed(pixels, 1)).containsExactly(wanted, within(1e-5f));
        }
        agrees(headed, 10);
    }

    @Test
    void adaptersOfAConvNextAreMergedIntoBothMatricesOfEveryBlock() throws IOException {
        Path tower = convNext();
        Path adapter = peft(tower, 4, 0.5, (name, writer) -> {});
        ModelPackage model =
                imported(tower, CONVNEXT.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.of(adapter));

        String merged = "trunk.stages.2.blocks.1.mlp.fc1.weight";
        String kept = "trunk.stages.2.blocks.1.mlp.fc1.bias";
        try (SafetensorsFile before = SafetensorsFile.open(tower);
                SafetensorsFile low = SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"));
                SafetensorsFile after =
                        SafetensorsFile.open(Path.of(model.weightsSummary().file()))) {
            String module = "base_model.model.model.trunk.stages.2.blocks.1.mlp.fc1.";
            float[] a = low.floats(module + "lora_A.weight");
            float[] b = low.floats(module + "lora_B.weight");
            float[] wanted = before.floats(merged);
            for (int row = 0; row < 48; row++) {
                for (int column = 0; column < 12; column++) {
                    for (int r = 0; r < 4; r++) {
                        wanted[row * 12 + column] += 0.125f * b[row * 4 + r] * a[r * 12 + column];
                    }
                }
            }
            assertThat(after.floats(merged)).containsExactly(wanted, within(1e-6f));
            assertThat(after.floats(kept)).isEqualTo(before.floats(kept));
        }
    }

    /** A PEFT folder for the small ConvNeXt, whose stages the authors' wrapper also calls its blocks. */
    private Path peft(Path tower, int rank, double alpha, BiConsumer<String, SafetensorsWriter> more)
            throws IOException {
        Path made = Files.createTempDirectory(folder, "peft");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(tower)) {
            for (TensorInfo tensor : file.tensors().values()) {
                if (tensor.name().matches(".*mlp\\.fc[12]\\.weight")) {
                    String module = tensor.name().replaceFirst("\\.weight$", "");
                    long out = tensor.shape().get(0);
                    long in = tensor.shape().get(1);
                    float[] a = noise((int) (rank * in));
                    float[] b = noise((int) (rank * out));
                    for (String name : List.of("model." + module, module.replace("trunk.stages.", "blocks."))) {
                        String adapter = "base_model.model." + name;
                        writer.add(adapter + ".lora_A.weight", List.of((long) rank, in), a);
                        writer.add(adapter + ".lora_B.weight", List.of(out, (long) rank), b);
                    }
                }
            }
        }
        more.accept("", writer);
        writer.write(made.resolve("adapter_model.safetensors"));
        Files.writeString(
                made.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": %d, \"lora_alpha\": %s, \"bias\": \"none\"}".formatted(rank, alpha));
        return made;
    }

    /** The golden tower with other names or tensors, as safetensors. */
    private Path changed(Function<String, String> renamed, Map<String, List<Long>> reshaped) throws IOException {
        Path made = Files.createTempDirectory(folder, "changed").resolve("tower.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (TensorFile tower = CheckpointImport.open(TOWER)) {
            for (String name : tower.names()) {
                if (!renamed.apply(name).isEmpty()) {
                    writer.add(renamed.apply(name), reshaped.getOrDefault(name, tower.shape(name)), tower.floats(name));
                }
            }
        }
        writer.write(made);
        return made;
    }

    @Test
    void aTowerBesideATextTowerOrFromParallelTrainingIsTheSame() throws IOException {
        Path whole = changed(name -> name.equals("proj") ? "visual.proj" : "visual." + name, Map.of());
        Path parallel = changed(name -> "module." + name, Map.of());

        assertThat(embedded(imported(whole, config(), Optional.empty(), Optional.empty())))
                .containsExactly(expected("backbone"), within(2e-5f));
        assertThat(embedded(imported(parallel, config(), Optional.empty(), Optional.empty())))
                .containsExactly(expected("backbone"), within(2e-5f));
    }

    @Test
    void missingUnexpectedAndMisshapenTensorsAreNamedTogether() throws IOException {
        Path broken = changed(
                name -> name.equals("ln_post.bias") ? "" : name.equals("ln_pre.bias") ? "surplus" : name,
                Map.of("proj", List.of(24L, 64L)));

        assertThatThrownBy(() -> imported(broken, config(), Optional.empty(), Optional.empty()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll(
                        "missing 2 (ln_post.bias, ln_pre.bias)",
                        "unexpected 1 (surplus)",
                        "proj is [24, 64] instead of [64, 24]");
    }

    @Test
    void aFileThatIsNoHeadOrAHeadOfAnotherSizeIsNamed() throws IOException {
        Path small = folder.resolve("small.safetensors");
        new SafetensorsWriter()
                .add("mlp.fc1.weight", List.of(3L, 5L), new float[15])
                .add("mlp.fc1.bias", List.of(3L), new float[3])
                .add("mlp.fc2.weight", List.of(5L, 3L), new float[15])
                .add("mlp.fc2.bias", List.of(5L), new float[5])
                .write(small);
        Path half = folder.resolve("half.safetensors");
        new SafetensorsWriter()
                .add("mlp.fc1.weight", List.of(3L, 24L), new float[72])
                .add("mlp.fc3.weight", List.of(3L), new float[3])
                .write(half);

        assertThatThrownBy(() -> imported(TOWER, config(), Optional.of(TOWER), Optional.empty()))
                .hasMessageContaining("holds no MLP");
        assertThatThrownBy(() -> imported(TOWER, config(), Optional.of(small), Optional.empty()))
                .hasMessageContaining("behind embeddings of 24")
                .isInstanceOf(ModelPackageException.class);
        assertThatThrownBy(() -> imported(TOWER, config(), Optional.of(half), Optional.empty()))
                .hasMessageContainingAll("mlp.fc2.weight", "unexpected 1 (mlp.fc3.weight)");
    }

    @Test
    void adaptersThatDoNotFitAreNamed() throws IOException {
        Path tower = convNext();
        byte[] config = CONVNEXT.getBytes(StandardCharsets.UTF_8);
        Path surplus = peft(tower, 2, 1, (name, writer) -> writer.add("classifier.weight", List.of(1L), new float[1]));
        Path elsewhere = peft(
                tower,
                2,
                1,
                (name, writer) -> writer.add("base_model.model.nowhere.lora_A.weight", List.of(2L, 1L), new float[2]));
        Path rank = peft(tower, 2, 1, (name, writer) -> {});
        Files.writeString(rank.resolve("adapter_config.json"), "{\"r\": 3, \"lora_alpha\": 1}");
        Path dora = peft(tower, 2, 1, (name, writer) -> {});
        Files.writeString(dora.resolve("adapter_config.json"), "{\"r\": 2, \"lora_alpha\": 1, \"use_dora\": true}");
        Path none = Files.createDirectory(folder.resolve("none"));

        refused(tower, config, surplus, "'classifier.weight' is none of a low-rank adapter");
        refused(tower, config, elsewhere, "stands on 'nowhere.weight', which the tower does not have");
        refused(tower, config, rank, "which rank 3 on");
        refused(tower, config, dora, "'use_dora'");
        refused(tower, config, none, "has no adapter_config.json");
        refused(TOWER, config(), peft(tower, 2, 1, (name, writer) -> {}), "which the tower does not have");
    }

    private void refused(Path tower, byte[] config, Path adapter, String words) {
        assertThatThrownBy(() -> imported(tower, config, Optional.empty(), Optional.of(adapter)))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining(words);
    }

    @Test
    void anAdapterThatIsMissingInOneBlockIsNamed() throws IOException {
        Path made = Files.createDirectory(folder.resolve("lost"));
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int block : new int[] {0, 2}) {
            String module = "base_model.model.blocks.%d.attn.qkv.".formatted(block);
            writer.add(module + "lora_A.weight", List.of(16L, 64L), new float[16 * 64]);
            writer.add(module + "lora_B.weight", List.of(192L, 16L), new float[192 * 16]);
        }
        writer.write(made.resolve("adapter_model.safetensors"));
        Files.copy(ADAPTER.resolve("adapter_config.json"), made.resolve("adapter_config.json"));

        refused(TOWER, config(), made, "missing: 1 (transformer.resblocks.1.attn.in_proj_weight)");
    }

    @Test
    void theErrorNamesAnInvalidConfiguration() {
        for (String text : List.of("no json", "[]", "{}", "{\"model_cfg\": {\"embed_dim\": 3}}")) {
            assertThatThrownBy(() ->
                            imported(TOWER, text.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty()))
                    .isInstanceOf(ModelPackageException.class)
                    .hasMessageContaining("configuration");
        }
    }

    @Test
    void anImportedPackageIsTunedAndSavedAsAnyOther() throws IOException {
        ModelPackage model = imported(TOWER, config(), Optional.of(HEAD), Optional.empty());
        Path saved = folder.resolve("saved");
        try (TrainableEncoder encoder = model.openTrainable(options)) {
            model.save(new TunedModel("saved", encoder.weights(), encoder.tensors(), ElementType.F32, Map.of()), saved);
        }

        assertThat(embedded(ModelPackage.open(saved.toString()))).containsExactly(expected("mlp"), within(2e-5f));
    }
}

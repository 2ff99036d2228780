package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.Attributes;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.TorchScriptLinker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that PyTorch exported ({@code exported/make.py} made them), and others that no package may hold. */
class ExportedPackageTest {

    private static final Path FILES = Path.of("src/test/resources/exported");
    private static final int SIDE = 12;
    private static final int IMAGES = 3;

    @TempDir
    Path folder;

    private static String manifest() {
        return """
                {"name": "small", "family": "torchscript", "dimension": 6,
                 "preprocess": {"height": 12, "width": 12, "resizeTo": 12, "resizeMode": "SHORTEST",
                                "interpolation": "BICUBIC", "convertFirst": false, "fill": 0,
                                "mean": [0.48145466, 0.4578275, 0.40821073],
                                "std": [0.26862954, 0.26130258, 0.27577711]},
                 "headClasses": [], "provenance": {"licence": "Apache-2.0"}}
                """;
    }

    private ModelPackage traced() throws IOException {
        return holding(FILES.resolve("traced.pt"), manifest());
    }

    private ModelPackage holding(Path program, String manifest) throws IOException {
        Files.copy(program, folder.resolve("model.pt"));
        Files.writeString(folder.resolve("model.json"), manifest);
        return ModelPackage.open(folder.toString());
    }

    /** A program of the linker's, its method given. */
    private ModelPackage computing(String method, String manifest) throws IOException {
        Program program = new Program("test", "class Program(Module):\n" + method.indent(2));
        LinkTensor weight = LinkTensor.of("weight", ElementType.F32, List.of(6L, 3L), new float[18]);
        Path archive = new TorchScriptLinker(folder.resolve("linked"))
                .link("0123456789abcdef", program, () -> Attributes.of(List.of(weight)));
        return holding(archive, manifest);
    }

    private static EncoderOptions options() {
        return EncoderOptions.defaults().withThreads(1);
    }

    private static ByteBuffer pixels() {
        ByteBuffer pixels = ByteBuffer.allocateDirect(IMAGES * SIDE * SIDE * 3);
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put((byte) (i * 7 + i / 36 * 5 + 3));
        }
        return pixels.flip();
    }

    private static float[] planes() {
        ByteBuffer pixels = pixels();
        float[] planes = new float[pixels.capacity()];
        for (int i = 0; i < planes.length; i++) {
            int image = i / (SIDE * SIDE * 3);
            int position = i / 3 % (SIDE * SIDE);
            planes[(image * 3 + i % 3) * SIDE * SIDE + position] = (pixels.get(i) & 0xff) / 255f;
        }
        return planes;
    }

    private static float[] expected(String name) throws IOException {
        JsonNode numbers = new ObjectMapper()
                .readTree(FILES.resolve("expected.json").toFile())
                .path(name);
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i).floatValue();
        }
        return values;
    }

    @Test
    void aTracedNetworkEmbedsAsItDidInPyTorch() throws IOException {
        try (Encoder encoder = traced().openEncoder(options())) {
            assertThat(encoder.embed(pixels(), IMAGES).values()).containsExactly(expected("unit"), within(2e-6f));
            assertThat(encoder.description().family()).isEqualTo("torchscript");
            assertThat(encoder.description().dimension()).isEqualTo(6);
            assertThat(encoder.description().precision()).isEqualTo("fp32");
        }
    }

    @Test
    void aNetworkThatWasSavedFromAGpuIsLoadedWhereThereIsNone() throws IOException {
        Path saved = folder.resolve("saved.pt");
        try (ZipFile traced = new ZipFile(FILES.resolve("traced.pt").toFile());
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(saved))) {
            zip.setMethod(ZipOutputStream.STORED);
            for (ZipEntry entry : Collections.list(traced.entries())) {
                byte[] bytes = traced.getInputStream(entry).readAllBytes();
                add(zip, entry.getName(), entry.getName().endsWith("data.pkl") ? fromGpu(bytes) : bytes);
            }
        }
        try (Encoder encoder = holding(saved, manifest()).openEncoder(options())) {
            assertThat(encoder.embed(pixels(), IMAGES).values()).containsExactly(expected("unit"), within(2e-6f));
        }
    }

    private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
    }

    /** A pickle whose storages come from another device: BINUNICODE, the length, the text. */
    private static byte[] fromGpu(byte[] pickle) {
        String text = new String(pickle, StandardCharsets.ISO_8859_1);
        String moved = text.replace("X\3\0\0\0cpu", "X\6\0\0\0cuda:0");
        assertThat(moved).isNotEqualTo(text);
        return moved.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aTracedNetworksGradientIsPyTorchs() throws IOException {
        try (DifferentiableEncoder encoder = traced().openDifferentiable(options())) {
            float[] third = new float[6];
            third[2] = 1;

            DifferentiableEncoder.Gradient answer = encoder.gradient(planes(), IMAGES, third);

            assertThat(answer.embeddings()).containsExactly(expected("embedding"), within(5e-6f));
            float[] first = new float[3 * SIDE * SIDE];
            System.arraycopy(answer.inputGradient(), 0, first, 0, first.length);
            assertThat(first).containsExactly(expected("gradientOfThird"), within(5e-6f));
            assertThatThrownBy(() -> encoder.tokens(planes(), IMAGES)).hasStackTraceContaining("no entry 'tokens'");
        }
    }

    @Test
    void automaticPrecisionIsTheExportedOneAndOthersAreRefused() throws IOException {
        ModelPackage model = traced();

        try (Encoder encoder = model.openEncoder(options().withPrecision(Precision.AUTO))) {
            assertThat(encoder.description()).isEqualTo(model.describe(Precision.FP32));
        }
        assertThat(model.precisions()).containsExactly(Precision.FP32);
        assertThatThrownBy(() -> model.link(options()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("nothing to link");
        assertThatThrownBy(() -> model.openEncoder(options().withPrecision(Precision.BF16)))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("bf16", "bulwark.encoder.precision");
    }

    @Test
    void theFingerprintIsOverTheFilesBytesAndTheManifest() throws IOException {
        String original = traced().describe(Precision.FP32).fingerprint();
        Path program = folder.resolve("model.pt");

        Files.writeString(folder.resolve("model.json"), manifest().replace("BICUBIC", "BILINEAR"));
        assertThat(fingerprint()).isNotEqualTo(original);
        Files.writeString(folder.resolve("model.json"), manifest().replace("\"dimension\": 6", "\"dimension\": 7"));
        assertThat(fingerprint()).isNotEqualTo(original);
        Files.writeString(folder.resolve("model.json"), manifest().replace("small", "renamed"));
        assertThat(fingerprint()).isEqualTo(original);

        byte[] bytes = Files.readAllBytes(program);
        bytes[100] ^= 1;
        Files.write(program, bytes);
        assertThat(fingerprint()).isNotEqualTo(original);
    }

    private String fingerprint() {
        return ModelPackage.open(folder.toString()).describe(Precision.FP32).fingerprint();
    }

    @Test
    void itsSummaryCountsStoragesAndBytesAndItHasNoText() throws IOException {
        ModelPackage model = traced();

        assertThat(model.weightsSummary().tensors()).isEqualTo(8);
        assertThat(model.weightsSummary().bytes()).isEqualTo(Files.size(folder.resolve("model.pt")));
        assertThat(model.weightsSummary().types()).isEmpty();
        assertThat(model.multiplications()).isZero();
        assertThat(model.hasText()).isFalse();
        assertThatThrownBy(() -> model.openText(options())).hasMessageContaining("no text encoder");
    }

    @Test
    void aHeadsLogitsBecomeProbabilitiesInTheOrderOfItsClasses() throws IOException {
        ModelPackage model = computing(
                """
                def forward(self: __torch__.Program,
                  x: Tensor) -> Tuple[Tensor, Tensor]:
                  mean = torch.mean(x, [2, 3])
                  return (mean, torch.slice(mean, 1, 0, 2))
                """,
                manifest()
                        .replace("\"dimension\": 6", "\"dimension\": 3")
                        .replace("[], \"prov", "[\"calm\", \"rough\"], \"prov"));
        ByteBuffer red = ByteBuffer.allocateDirect(SIDE * SIDE * 3);
        while (red.hasRemaining()) {
            red.put((byte) 255).put((byte) 0).put((byte) 0);
        }

        try (Encoder encoder = model.openEncoder(options())) {
            Embeddings answer = encoder.embed(red.flip(), 1);

            double calm = Math.exp((1 - 0.48145466) / 0.26862954);
            double rough = Math.exp(-0.4578275 / 0.26130258);
            assertThat((double) answer.classProbabilities(0)[0]).isCloseTo(calm / (calm + rough), within(1e-6));
            assertThat(encoder.description().headClasses()).containsExactly("calm", "rough");
        }
    }

    @Test
    void aDimensionThatTheProgramDoesNotAnswerIsNamedBesideTheOneItDoes() throws IOException {
        ModelPackage model =
                holding(FILES.resolve("traced.pt"), manifest().replace("\"dimension\": 6", "\"dimension\": 512"));

        assertThatThrownBy(() -> model.openEncoder(options()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("model.pt", "(1, 6)", "model.json says (1, 512)");
    }

    @Test
    void anInputSizeThatTheProgramDoesNotTakeIsNamed() throws IOException {
        ModelPackage model = holding(FILES.resolve("traced.pt"), manifest().replace("12", "20"));

        assertThatThrownBy(() -> model.openEncoder(options()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("model.pt", "cannot be called", "(1, 3, 20, 20)");
    }

    @Test
    void aBatchSizeThatWasTracedInIsFoundAtOpening() throws IOException {
        ModelPackage model = computing("""
                def forward(self: __torch__.Program,
                  x: Tensor) -> Tensor:
                  return torch.linear(torch.slice(torch.mean(x, [2, 3]), 0, 0, 1), self.weight)
                """, manifest());

        assertThatThrownBy(() -> model.openEncoder(options()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("(1, 6)", "batch of 3", "traced in");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "torch.div(torch.linear(torch.mean(x, [2, 3]), self.weight), 0.)|no finite numbers",
                "torch.to(torch.linear(torch.mean(x, [2, 3]), self.weight), 7)|float32",
                "torch.to(torch.linear(torch.mean(x, [2, 3]), self.weight), 15)|float32",
            })
    void anAnswerOfAnotherKindIsRefusedAtOpening(String expression, String words) throws IOException {
        ModelPackage model = computing(
                "def forward(self: __torch__.Program,\n  x: Tensor) -> Tensor:\n  return " + expression, manifest());

        assertThatThrownBy(() -> model.openEncoder(options()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining(words);
    }

    @Test
    void classesWithoutLogitsAreRefusedAtOpening() throws IOException {
        ModelPackage model =
                holding(FILES.resolve("traced.pt"), manifest().replace("[], \"prov", "[\"calm\"], \"prov"));

        assertThatThrownBy(() -> model.openEncoder(options()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("two, embeddings and logits");
    }

    @Test
    void aScriptedNetworkWithDropoutInfersButGivesNoGradientsOfAnotherNetwork() throws IOException {
        ModelPackage model = holding(FILES.resolve("scripted.pt"), manifest());

        try (Encoder encoder = model.openEncoder(options())) {
            assertThat(encoder.embed(pixels(), IMAGES).values()).containsExactly(expected("unit"), within(2e-6f));
        }
        assertThatThrownBy(() -> model.openDifferentiable(options()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("training mode", "torch.jit.freeze");
    }

    @ParameterizedTest
    @CsvSource({
        "state_dict.pth, pickled checkpoint (torch.save)",
        "legacy.pth, pickled checkpoint",
        "expected.json, of some other kind",
    })
    void theErrorSaysWhatAFileIsThatIsNoProgram(String file, String words) {
        assertThatThrownBy(() -> holding(FILES.resolve(file), manifest()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("model.pt", words, "torch.jit.trace");
    }

    @Test
    void safetensorsInPlaceOfAProgramAreNamed() {
        Path weights = Path.of("src/test/resources/golden/vit_b/open_clip_model.safetensors");

        assertThatThrownBy(() -> holding(weights, manifest())).hasMessageContaining("weights without a program");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 30, 4000})
    void aTruncatedArchiveIsRefused(int length) throws IOException {
        byte[] whole = Files.readAllBytes(FILES.resolve("traced.pt"));
        Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, length));

        assertThatThrownBy(() -> holding(cut, manifest()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("model.pt");
    }

    @Test
    void aZipOfSomethingElseAndAMissingProgramAreRefused() throws IOException {
        Path zip = folder.resolve("other.zip");
        try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new java.util.zip.ZipEntry("letter.txt"));
        }
        assertThatThrownBy(() -> holding(zip, manifest())).hasMessageContaining("without data.pkl");

        Files.delete(folder.resolve("model.pt"));
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .hasMessageContainingAll("model.pt", "is missing", "model.json");
    }

    @Test
    void anArchiveWhoseProgramIsBrokenIsRefusedWithoutTheAdviceForLinkedOnes() throws IOException {
        ModelPackage model =
                computing("def forward(self: __torch__.Program,\n  x: Tensor) -> Tensor:\n  retur x", manifest());

        assertThatThrownBy(() -> model.openEncoder(options()))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("model.pt")
                .hasMessageNotContaining("linked again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"dimension\": 0", "\"dimension\": \"many\"", "\"depth\": 6", "\"dimension\": 6, \"x\": 1"})
    void aManifestThatLacksTheDimensionOrSaysMoreIsRefused(String dimension) {
        assertThatThrownBy(() -> holding(FILES.resolve("traced.pt"), manifest().replace("\"dimension\": 6", dimension)))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("model.json");
    }

    @Test
    void aProgramOfTheHubOrTheClassPathIsNeverRun() throws IOException {
        traced();
        PackageFiles downloaded = new PackageFiles.InFolder(folder, true);
        assertThatThrownBy(() -> ExportedPackage.open(downloaded))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("never run", "bulwark.model");

        assertThatThrownBy(() -> ModelPackage.open("classpath:exported"))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("classpath:exported", "from a folder");
    }
}

package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPackageTest {

    private static final String RESOURCES = "/" + ModelPackage.CLASSIFIER.substring("classpath:".length()) + "/";

    @TempDir
    Path folder;

    private static byte[] resource(String name) throws Exception {
        try (InputStream stream = ModelPackageTest.class.getResourceAsStream(RESOURCES + name)) {
            return stream.readAllBytes();
        }
    }

    /** A copy of the default package whose tensors went through a change; null leaves a tensor out. */
    private void copy(BiFunction<String, List<Long>, List<Long>> reshape, String manifest) throws Exception {
        Files.writeString(folder.resolve("model.json"), manifest);
        SafetensorsWriter writer = new SafetensorsWriter();
        SafetensorsFile file = SafetensorsFile.of("default", resource("model.safetensors"));
        for (TensorInfo tensor : file.tensors().values()) {
            List<Long> shape = reshape.apply(tensor.name(), tensor.shape());
            if (shape != null) {
                writer.add(tensor.name(), tensor.type(), shape, file.bytes(tensor.name()));
            }
        }
        writer.add("stowaway", ElementType.U8, List.of(1L), ByteBuffer.allocate(1));
        writer.write(folder.resolve("model.safetensors"));
    }

    private static String manifest() throws Exception {
        return new String(resource("model.json"), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void aMobileNetDoesTheMultiplicationsThatItsPaperCounts() {
        assertThat(ModelPackage.open(ModelPackage.CLASSIFIER).multiplications() / 1e6)
                .isCloseTo(300, withinPercentage(1));
    }

    @Test
    void theDefaultPackageSaysWhereItComesFrom() {
        PackageManifest manifest = ModelPackage.open(ModelPackage.CLASSIFIER).manifest();
        assertThat(manifest.name()).isEqualTo("nsfwjs-mobilenet-v2");
        assertThat(manifest.provenance())
                .containsEntry("package", "nsfwjs")
                .containsEntry("version", "4.4.0")
                .containsEntry("licence", "MIT");
    }

    @Test
    void theSameFilesHaveOneFingerprintWhereverTheyLie() throws Exception {
        Files.write(folder.resolve("model.json"), resource("model.json"));
        Files.write(folder.resolve("model.safetensors"), resource("model.safetensors"));
        assertThat(ModelPackage.open(folder.toString()).describe(Precision.FP32))
                .extracting(EncoderDescription::fingerprint)
                .isEqualTo(ModelPackage.open(ModelPackage.CLASSIFIER)
                        .describe(Precision.FP32)
                        .fingerprint());
    }

    @Test
    void oneWeightTheHeadsClassesPreprocessingAndPrecisionEachChangeTheFingerprint() throws Exception {
        String original = ModelPackage.open(ModelPackage.CLASSIFIER)
                .describe(Precision.FP32)
                .fingerprint();
        byte[] weights = resource("model.safetensors");
        Files.write(folder.resolve("model.safetensors"), weights);

        Files.writeString(folder.resolve("model.json"), manifest().replace("BILINEAR", "BICUBIC"));
        assertThat(fingerprint()).isNotEqualTo(original);

        Files.writeString(folder.resolve("model.json"), manifest().replace("Sexy", "Suggestive"));
        assertThat(fingerprint()).isNotEqualTo(original);

        Files.writeString(folder.resolve("model.json"), manifest());
        assertThat(fingerprint()).isEqualTo(original);
        assertThat(ModelPackage.open(folder.toString()).describe(Precision.BF16).fingerprint())
                .isNotEqualTo(original);

        weights[weights.length - 1] ^= 1;
        Files.write(folder.resolve("model.safetensors"), weights);
        assertThat(fingerprint()).isNotEqualTo(original);
    }

    private String fingerprint() {
        return ModelPackage.open(folder.toString()).describe(Precision.FP32).fingerprint();
    }

    @ParameterizedTest
    @CsvSource({"FP32", "BF16"})
    void whatIsLinkedBeforehandForTheCpuIsWhatTheEncoderLoadsThere(Precision precision) {
        EncoderOptions options = EncoderOptions.defaults().withCache(folder).withPrecision(precision);
        Set<Path> archives = ModelPackage.open(ModelPackage.DEFAULT).link(options);

        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(options)) {
            assertThat(encoder.description().precision()).isEqualTo(precision.label());
            assertThat(folder).isDirectoryNotContaining(file -> !archives.contains(file));
        }
    }

    @Test
    void whatACpuRunsIsLinkedForItsThreadsAndPrecisionAndForEveryKindOfCpu() {
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);
        EncoderOptions cpu = EncoderOptions.defaults().withThreads(-1).withCache(folder);
        EncoderOptions gpu = cpu.withDevice("cuda:3");

        assertThat(model.link(cpu.withThreads(1))).hasSize(1).doesNotContainAnyElementsOf(model.link(cpu));
        assertThat(model.link(cpu.withThreads(2)))
                .hasSize(2)
                .isEqualTo(model.link(cpu))
                .containsAll(model.link(gpu));
        assertThat(model.link(cpu.withPrecision(Precision.BF16)))
                .hasSize(2)
                .containsAll(model.link(gpu.withPrecision(Precision.BF16)));
        assertThat(model.link(cpu.withPrecision(Precision.FP16)))
                .hasSize(1)
                .isEqualTo(model.link(gpu.withPrecision(Precision.FP16)));
    }

    @Test
    void nothingIsLinkedBeforehandForADeviceOrAPrecisionThatIsLeftOpen() {
        ModelPackage model = ModelPackage.open(ModelPackage.DEFAULT);
        EncoderOptions options = EncoderOptions.defaults().withCache(folder);

        assertThatThrownBy(() -> model.link(options.withDevice("auto"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> model.link(options.withPrecision(Precision.AUTO)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void missingLeftOverAndMisshapenTensorsAreNamedInOneError() throws Exception {
        copy(
                (name, shape) -> switch (name) {
                    case "stem.bias", "last.weight.scale" -> null;
                    case "head.dense_3.bias" -> List.of(5L, 1L);
                    default -> shape;
                },
                manifest());
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll(
                        folder.toString(),
                        "missing 2 (last.weight.scale, stem.bias)",
                        "left over 1 (stowaway)",
                        "misshapen 1 (head.dense_3.bias is [5, 1] instead of [5])");
    }

    @Test
    void anotherNumberOfClassesThanTheHeadAnswersForIsRefused() throws Exception {
        Files.writeString(folder.resolve("model.json"), manifest().replace(", \"Sexy\"", ""));
        Files.write(folder.resolve("model.safetensors"), resource("model.safetensors"));
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("head.dense_3.bias is [5] instead of [4]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"name\":\"x\"}", "{\"unknown\":1}"})
    void aManifestOfAnotherFormIsRefused(String json) throws Exception {
        Files.writeString(folder.resolve("model.json"), json);
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("model.json");
    }

    @Test
    void anUnknownFamilyIsNamedBesideTheKnown() throws Exception {
        Files.writeString(
                folder.resolve("model.json"), manifest().replace("mobilenet-v2\",\n  \"pre", "vgg\",\n  \"pre"));
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("'vgg'", "mobilenet-v2");
    }

    @ParameterizedTest
    @CsvSource({
        "pytorch_model.bin, safetensors",
        "holiday.jpg, holiday.jpg",
    })
    void theErrorSaysWhatAFolderWithoutAManifestHolds(String file, String words) throws Exception {
        Files.writeString(folder.resolve(file), "x");
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll(folder.toString(), words);
    }

    @Test
    void aPlaceThatIsNotThereIsNamedWithItsSetting() {
        assertThatThrownBy(() -> ModelPackage.open(folder.resolve("absent").toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("absent", "bulwark.model");
        assertThatThrownBy(() -> ModelPackage.open("classpath:no/such/model"))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("classpath:no/such/model");
    }

    @Test
    void hostileWeightsEndInAnErrorThatNamesTheFile() throws Exception {
        Files.write(folder.resolve("model.json"), resource("model.json"));
        Files.write(folder.resolve("model.safetensors"), new byte[] {-1, -1, -1, -1, -1, -1, -1, 127});
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .hasMessageContainingAll("model.safetensors", "claims a header of");
    }

    @Test
    void gradientsOfTheDefaultModelPointWhereSmallStepsGo() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(folder);
        try (DifferentiableEncoder encoder =
                ModelPackage.open(ModelPackage.CLASSIFIER).openDifferentiable(options)) {
            Random random = new Random(5);
            float[] pixels = new float[3 * 224 * 224];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = 0.5f + 0.3f * (float) Math.sin(i * 0.001) + 0.05f * random.nextFloat();
            }
            float[] cotangent = new float[1280];
            for (int d = 0; d < cotangent.length; d++) {
                cotangent[d] = (float) random.nextGaussian();
            }
            float[] gradient = encoder.gradient(pixels, 1, cotangent).inputGradient();
            double square = 0;
            for (float slope : gradient) {
                square += slope * slope;
            }
            float step = (float) (0.0002 / Math.sqrt(square));
            float[] ahead = pixels.clone();
            float[] behind = pixels.clone();
            for (int i = 0; i < pixels.length; i++) {
                ahead[i] += step * gradient[i];
                behind[i] -= step * gradient[i];
            }
            double slope = (dot(encoder.embed(ahead, 1), cotangent) - dot(encoder.embed(behind, 1), cotangent))
                    / (2 * step * square);
            assertThat(slope).isCloseTo(1, within(0.05));
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void thePackedProgramForInferenceAnswersWhatTheDifferentiableOneAnswers() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(folder);
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);
        byte[] bytes = new byte[3 * 224 * 224];
        new Random(11).nextBytes(bytes);
        float[] planes = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            planes[i % 3 * 224 * 224 + i / 3] = (bytes[i] & 0xff) / 255f;
        }
        try (Encoder packed = model.openEncoder(options);
                DifferentiableEncoder plain = model.openDifferentiable(options)) {
            float[] raw = plain.embed(planes, 1);
            double length = Math.sqrt(dot(raw, raw));
            ByteBuffer view = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            float[] unit = packed.embed(view, 1).values();
            for (int d = 0; d < unit.length; d++) {
                assertThat((double) unit[d]).isCloseTo(raw[d] / length, within(1e-5));
            }
            assertThat(packed.description()).isEqualTo(plain.description());
        }
    }

    @Test
    void optionsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> EncoderOptions.defaults().withThreads(0)).hasMessageContaining("threads is 0");
        assertThatThrownBy(() -> EncoderOptions.defaults().withDevice("tpu")).hasMessageContaining("'tpu'");
        assertThatThrownBy(() -> Precision.labelled("int8"))
                .hasMessageContainingAll("'int8'", "fp32, bf16, fp16, auto");
        assertThat(Precision.labelled("bf16")).isEqualTo(Precision.BF16);
    }
}

package io.bulwark.perception.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.family.EfficientNetLite0;
import io.bulwark.perception.model.family.PlainEfficientNet;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Against plain loops on random weights, and, where the published file is at hand, against its original's answers. */
class EfficientNetImportTest {

    private static final int SIDE = 32;
    private static final int CLASSES = 3;
    private static final Path GOLDEN = Path.of("src/test/resources/golden/efficientnet_lite0/golden.safetensors");
    private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withThreads(1);

    @TempDir
    Path folder;

    private final Map<String, float[]> published = PlainEfficientNet.randomStateDict(5, CLASSES);

    private Path saved() throws IOException {
        Path file = folder.resolve("state.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        for (EfficientNetLite0.Convolution convolution : EfficientNetLite0.convolutions()) {
            add(writer, PlainEfficientNet.conv(convolution.name()) + ".weight", convolution.shape());
            for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
                add(
                        writer,
                        PlainEfficientNet.norm(convolution.name()) + "." + part,
                        convolution.shape().subList(0, 1));
            }
        }
        add(writer, "_fc.weight", List.of((long) CLASSES, 1280L));
        add(writer, "_fc.bias", List.of((long) CLASSES));
        writer.write(file);
        return file;
    }

    private void add(SafetensorsWriter writer, String name, List<Long> shape) {
        if (published.containsKey(name)) {
            writer.add(name, shape, published.get(name));
        }
    }

    @Test
    void weightsAreStoredAsAskedAndRoundedToThat() throws IOException {
        Path out = Files.createTempDirectory(folder, "halves");
        new EfficientNetImport(saved(), SIDE, false, ElementType.F16).write(out);
        ModelPackage halves = ModelPackage.open(out.toString());
        assertThat(halves.weightsSummary().types()).containsOnlyKeys(ElementType.F16);

        byte[] bytes = noise(1);
        try (Encoder exact = imported(saved(), SIDE, false).openEncoder(OPTIONS);
                Encoder rounded = halves.openEncoder(OPTIONS)) {
            float[] wanted = exact.embed(
                            ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 1)
                    .values();
            float[] found = rounded.embed(
                            ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 1)
                    .values();
            assertThat(found).isNotEqualTo(wanted).containsExactly(wanted, within(0.01f));
        }
    }

    private ModelPackage imported(Path file, int side, boolean classifier) throws IOException {
        Path out = Files.createTempDirectory(folder, "package");
        new EfficientNetImport(file, side, classifier, ElementType.F32).write(out);
        return ModelPackage.open(out.toString());
    }

    private static byte[] noise(int count) {
        byte[] bytes = new byte[count * 3 * SIDE * SIDE];
        new Random(2).nextBytes(bytes);
        return bytes;
    }

    /** {@code [count, H, W, 3]} bytes as {@code [count, 3, H, W]} in [0, 1]. */
    private static float[] planes(byte[] bytes, int side) {
        int area = side * side;
        float[] planes = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            int picture = i / (3 * area);
            int pixel = i / 3 % area;
            planes[(picture * 3 + i % 3) * area + pixel] = (bytes[i] & 0xff) / 255f;
        }
        return planes;
    }

    @Test
    void foldedItEmbedsAndClassifiesAsTheNetworkWithBatchNormDoes() throws IOException {
        ModelPackage model = imported(saved(), SIDE, true);
        byte[] bytes = noise(2);
        float[] pixels = planes(bytes, SIDE);

        try (DifferentiableEncoder encoder = model.openDifferentiable(OPTIONS);
                Encoder worker = model.openEncoder(OPTIONS)) {
            Answers answers = encoder.answer(pixels, 2, SIDE, SIDE);
            float[] units = worker.embed(
                            ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 2)
                    .values();
            for (int row = 0; row < 2; row++) {
                double[] wanted = PlainEfficientNet.embed(
                        published,
                        Arrays.copyOfRange(pixels, row * 3 * SIDE * SIDE, (row + 1) * 3 * SIDE * SIDE),
                        SIDE);
                double length = Math.sqrt(Arrays.stream(wanted).map(v -> v * v).sum());
                for (int d = 0; d < wanted.length; d++) {
                    assertThat((double) answers.embedding(row)[d]).isCloseTo(wanted[d], within(1e-4));
                    assertThat((double) units[row * wanted.length + d]).isCloseTo(wanted[d] / length, within(1e-5));
                }
                for (int c = 0; c < CLASSES; c++) {
                    double logit = published.get("_fc.bias")[c];
                    for (int d = 0; d < wanted.length; d++) {
                        logit += published.get("_fc.weight")[c * wanted.length + d] * wanted[d];
                    }
                    assertThat((double) answers.logits()[row * CLASSES + c]).isCloseTo(logit, within(1e-3));
                }
            }
        }
    }

    @Test
    void withoutItsClassifierItEmbedsTheSame() throws IOException {
        float[] pixels = planes(noise(1), SIDE);
        try (DifferentiableEncoder with = imported(saved(), SIDE, true).openDifferentiable(OPTIONS);
                DifferentiableEncoder without = imported(saved(), SIDE, false).openDifferentiable(OPTIONS)) {
            assertThat(without.embed(pixels, 1)).isEqualTo(with.embed(pixels, 1));
            assertThat(without.description().headClasses()).isEmpty();
            assertThat(with.description().headClasses()).hasSize(CLASSES);
        }
    }

    @Test
    void aPackageIsReadAgainAsItIs() throws IOException {
        Path first = folder.resolve("first");
        new EfficientNetImport(saved(), SIDE, true, ElementType.F32).write(first);
        ModelPackage again = imported(first.resolve("model.safetensors"), 2 * SIDE, true);

        assertThat(again.manifest().preprocess().width()).isEqualTo(2 * SIDE);
        try (SafetensorsFile before = SafetensorsFile.open(first.resolve("model.safetensors"));
                SafetensorsFile after =
                        SafetensorsFile.open(Path.of(again.weightsSummary().file()))) {
            assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
            assertThat(after.floats("block_7.depthwise.bias")).isEqualTo(before.floats("block_7.depthwise.bias"));
        }
    }

    @Test
    void missingUnexpectedAndMisshapenTensorsAreNamedTogether() throws IOException {
        published.remove("_bn0.running_var");
        Path file = saved();
        Path broken = folder.resolve("broken.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile state = SafetensorsFile.open(file)) {
            state.tensors().forEach((name, tensor) -> {
                List<Long> shape = name.equals("_conv_stem.weight") ? List.of(32L, 27L) : tensor.shape();
                writer.add(name.equals("_bn0.bias") ? "surplus" : name, shape, state.floats(name));
            });
            writer.write(broken);
        }

        assertThatThrownBy(() -> imported(broken, SIDE, true))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll(
                        "missing 2 (_bn0.bias, _bn0.running_var)",
                        "unexpected 1 (surplus)",
                        "_conv_stem.weight is [32, 27] instead of [32, 3, 3, 3]");
    }

    @Test
    void aVarianceThatCannotBeOneIsNamedWithItsChannel() throws IOException {
        published.get("_blocks.3._bn1.running_var")[7] = -1;

        assertThatThrownBy(() -> imported(saved(), SIDE, true))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("_blocks.3._bn1", "-1.0", "channel 7");
    }

    @Test
    void aSizeThatTheNetworkCannotHalveFiveTimesIsRefused() {
        assertThatThrownBy(() -> imported(saved(), 100, true))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContainingAll("100x100", "multiples of 32");
    }

    @Test
    void multiplicationsAreThoseOfThePublishedTable() throws IOException {
        assertThat(imported(saved(), 128, false).multiplications() / 1e6).isCloseTo(125, within(1.5));
        assertThat(imported(saved(), 96, false).multiplications() / 1e6).isCloseTo(70, within(1.0));
    }

    /** {@code -Dbulwark.parents=FOLDER} with efficientnet-lite0.pth, SHA-256 5793442489…cabf77db. */
    @Test
    @EnabledIfSystemProperty(named = "bulwark.parents", matches = ".+")
    void thePublishedFileAnswersAsItsOriginalDoes() throws IOException {
        Path file = Path.of(System.getProperty("bulwark.parents"), "efficientnet-lite0.pth");
        ModelPackage model = imported(file, 128, true);
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN);
                DifferentiableEncoder encoder = model.openDifferentiable(OPTIONS.withPrecision(Precision.FP32))) {
            ByteBuffer bytes = golden.bytes("pixels_128");
            float[] pixels = new float[bytes.remaining()];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (bytes.get(i) & 0xff) / 255f;
            }
            Answers answers = encoder.answer(pixels, 3, 128, 128);
            float[] third = Arrays.copyOfRange(pixels, pixels.length / 3 * 2, pixels.length);
            float[] gradient =
                    encoder.gradient(third, 1, 128, 128, float[]::clone).inputGradient();

            assertThat(answers.embeddings()).containsExactly(golden.floats("embedding_128"), within(2e-5f));
            assertThat(answers.logits()).containsExactly(golden.floats("logits_128"), within(5e-5f));
            assertThat(gradient).containsExactly(golden.floats("grad_128"), within(1e-3f));
        }
    }
}

package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.ElementType.Halves;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A checkpoint of open_clip, changed in one way after the other. */
class PublishedCheckpointTest {

    private static final Path ORIGINAL = Path.of("src/test/resources/golden/vit_b");
    private static final String WEIGHTS = "open_clip_model.safetensors";
    private static final int IMAGES = 3;

    @TempDir
    Path folder;

    @Test
    void missingLeftOverAndMisshapenTensorsAreNamedInOneError() throws IOException {
        write((tensor, writer) -> {
            switch (tensor.name()) {
                case "visual.proj" -> {}
                case "visual.ln_post.bias" -> writer.add(tensor.name(), List.of(3L), new float[3]);
                case "ln_final.weight" -> {}
                default -> copy(tensor, writer);
            }
            if (tensor.name().equals("visual.proj")) {
                writer.add("visual.surprise", List.of(1L), new float[1]);
            }
        });

        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining(WEIGHTS)
                .hasMessageContaining("missing 2 (ln_final.weight, visual.proj)")
                .hasMessageContaining("left over 1 (visual.surprise)")
                .hasMessageContaining("misshapen 1 (visual.ln_post.bias is [3] instead of [48])");
    }

    @Test
    void aVisionTowerSavedAloneEmbedsAsTheWholeCheckpointDoes() throws IOException {
        write((tensor, writer) -> {
            if (tensor.name().startsWith("visual.")) {
                writer.add(
                        tensor.name().substring("visual.".length()), tensor.shape(), ORIGINALS.floats(tensor.name()));
            }
        });

        assertThat(embed(folder, Precision.FP32)).containsExactly(embed(ORIGINAL, Precision.FP32), within(1e-6f));
        assertThat(ModelPackage.open(folder.toString()).hasText()).isFalse();
        assertThatThrownBy(() -> ModelPackage.open(folder.toString()).openText(options(Precision.FP32)))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("no text encoder");
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"F16", "BF16", "F64"})
    void checkpointsInOtherFloatFormatsLoad(ElementType type) throws IOException {
        write((tensor, writer) -> writer.add(tensor.name(), type, tensor.shape(), encoded(tensor.name(), type)));

        assertAlike(embed(folder, Precision.FP32), embed(ORIGINAL, Precision.FP32), 0.999);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BF16", "FP16", "AUTO"})
    void lowerPrecisionAgreesWithFp32(Precision precision) {
        assertAlike(embed(ORIGINAL, precision), embed(ORIGINAL, Precision.FP32), 0.999);
    }

    @Test
    void eachPrecisionHasItsOwnFingerprint() {
        ModelPackage model = ModelPackage.open(ORIGINAL.toString());

        assertThat(List.of(
                        model.describe(Precision.FP32).fingerprint(),
                        model.describe(Precision.BF16).fingerprint(),
                        model.describe(Precision.FP16).fingerprint()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aWeightThatIsNoNumberIsNamed() throws IOException {
        write((tensor, writer) -> {
            float[] values = ORIGINALS.floats(tensor.name());
            if (tensor.name().equals("visual.transformer.resblocks.1.mlp.c_fc.weight")) {
                values[17] = Float.NaN;
            }
            writer.add(tensor.name(), tensor.shape(), values);
        });

        assertThatThrownBy(() -> ModelPackage.open(folder.toString()).openEncoder(options(Precision.FP32)))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("visual.transformer.resblocks.1.mlp.c_fc.weight")
                .hasMessageContaining("NaN");
    }

    @Test
    void aWeightThatFp16CannotHoldIsNamedWithWhatHelps() throws IOException {
        write((tensor, writer) -> {
            float[] values = ORIGINALS.floats(tensor.name());
            if (tensor.name().equals("visual.proj")) {
                values[0] = 1e6f;
            }
            writer.add(tensor.name(), tensor.shape(), values);
        });

        assertThatThrownBy(() -> ModelPackage.open(folder.toString()).openEncoder(options(Precision.FP16)))
                .hasMessageContaining("visual.proj")
                .hasMessageContaining("take bf16 or fp32");
    }

    @Test
    void aPickleInPlaceOfWeightsIsNeverLoaded() throws IOException {
        Files.copy(ORIGINAL.resolve("open_clip_config.json"), folder.resolve("open_clip_config.json"));
        Files.write(folder.resolve("open_clip_pytorch_model.bin"), new byte[] {(byte) 0x80, 2});

        assertThatThrownBy(() -> ModelPackage.open(folder.toString()))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("pickled")
                .hasMessageContaining("safetensors");
    }

    @Test
    void tokensOutsideTheVocabularyAndTextsOfAnotherLengthAreRefused() {
        try (TextEncoder text = ModelPackage.open(ORIGINAL.toString()).openText(options(Precision.FP32))) {
            assertThatThrownBy(() -> text.embed(new long[][] {new long[5]})).hasMessageContaining("16 token ids");
            assertThatThrownBy(() -> text.embed(new long[][] {{0, 256, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}))
                    .hasMessageContaining("from 0 to 255");
        }
    }

    private static final SafetensorsFile ORIGINALS = open(ORIGINAL.resolve(WEIGHTS));

    private static SafetensorsFile open(Path file) {
        try {
            return SafetensorsFile.open(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(TensorInfo tensor, SafetensorsWriter writer) {
        writer.add(tensor.name(), tensor.shape(), ORIGINALS.floats(tensor.name()));
    }

    private static ByteBuffer encoded(String name, ElementType type) {
        float[] values = ORIGINALS.floats(name);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case F16 -> bytes.putShort(Halves.toHalf(value));
                case BF16 -> bytes.putShort(Halves.toBfloat(value));
                default -> bytes.putDouble(value);
            }
        }
        return bytes.flip();
    }

    private void write(BiConsumer<TensorInfo, SafetensorsWriter> each) throws IOException {
        Files.copy(ORIGINAL.resolve("open_clip_config.json"), folder.resolve("open_clip_config.json"));
        SafetensorsWriter writer = new SafetensorsWriter();
        ORIGINALS.tensors().values().forEach(tensor -> each.accept(tensor, writer));
        writer.write(folder.resolve(WEIGHTS));
    }

    private EncoderOptions options(Precision precision) {
        return EncoderOptions.defaults().withThreads(1).withPrecision(precision).withCache(folder.resolve("cache"));
    }

    private float[] embed(Path model, Precision precision) {
        byte[] pixels = new byte[IMAGES * 30 * 30 * 3];
        new Random(5).nextBytes(pixels);
        ByteBuffer views = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
        try (Encoder encoder = ModelPackage.open(model.toString()).openEncoder(options(precision))) {
            return encoder.embed(views, IMAGES).values();
        }
    }

    private static void assertAlike(float[] found, float[] wanted, double least) {
        int dimension = wanted.length / IMAGES;
        for (int image = 0; image < IMAGES; image++) {
            float[] a = new float[dimension];
            float[] b = new float[dimension];
            System.arraycopy(found, image * dimension, a, 0, dimension);
            System.arraycopy(wanted, image * dimension, b, 0, dimension);
            assertThat(Cosine.similarity(a, b)).isGreaterThanOrEqualTo(least);
        }
    }
}

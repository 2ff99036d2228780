package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** open_clip's {@code timm_proj: mlp}, as in convnext_large_d, against a plain loop over what the trunk answers. */
class MlpProjectionTest {

    private static final Path ORIGINAL = Path.of("src/test/resources/golden/convnext_a");
    private static final String TRUNK = "visual.trunk.";
    private static final int CHANNELS = 48;
    private static final int DIMENSION = 20;
    private static final int HIDDEN = 2 * DIMENSION;
    private static final int IMAGES = 2;

    @TempDir
    Path folder;

    private final Random random = new Random(8);

    @Test
    void theEmbeddingIsTimmsMlpOfWhatTheTrunkAnswers() throws IOException {
        float[] first = numbers(HIDDEN * CHANNELS);
        float[] bias = numbers(HIDDEN);
        float[] second = numbers(DIMENSION * HIDDEN);
        float[] pixels = new float[IMAGES * 3 * 64 * 64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }

        float[] found = embed(
                "mlp",
                DIMENSION,
                new SafetensorsWriter()
                        .add("head.mlp.fc1.weight", List.of((long) HIDDEN, (long) CHANNELS), first)
                        .add("head.mlp.fc1.bias", List.of((long) HIDDEN), bias)
                        .add("head.mlp.fc2.weight", List.of((long) DIMENSION, (long) HIDDEN), second),
                pixels);

        float[] features = features(pixels);
        for (int image = 0; image < IMAGES; image++) {
            double[] hidden = new double[HIDDEN];
            for (int h = 0; h < HIDDEN; h++) {
                double sum = bias[h];
                for (int c = 0; c < CHANNELS; c++) {
                    sum += (double) first[h * CHANNELS + c] * features[image * CHANNELS + c];
                }
                hidden[h] = gelu(sum);
            }
            for (int d = 0; d < DIMENSION; d++) {
                double sum = 0;
                for (int h = 0; h < HIDDEN; h++) {
                    sum += second[d * HIDDEN + h] * hidden[h];
                }
                assertThat((double) found[image * DIMENSION + d]).isCloseTo(sum, within(2e-5));
            }
        }
    }

    /** What the trunk answers: the linear projection is the identity. */
    private float[] features(float[] pixels) throws IOException {
        float[] identity = new float[CHANNELS * CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            identity[c * CHANNELS + c] = 1;
        }
        List<Long> square = List.of((long) CHANNELS, (long) CHANNELS);
        return embed("linear", CHANNELS, new SafetensorsWriter().add("head.proj.weight", square, identity), pixels);
    }

    /** Embeds with the original's trunk, saved without its text tower, and another head. */
    private float[] embed(String projection, int dimension, SafetensorsWriter head, float[] pixels) throws IOException {
        Path model = Files.createDirectories(folder.resolve(projection));
        try (SafetensorsFile original = SafetensorsFile.open(ORIGINAL.resolve("open_clip_model.safetensors"))) {
            for (TensorInfo tensor : original.tensors().values()) {
                if (tensor.name().startsWith(TRUNK)) {
                    String alone = tensor.name().substring("visual.".length());
                    head.add(alone, tensor.shape(), original.floats(tensor.name()));
                }
            }
        }
        head.write(model.resolve("open_clip_model.safetensors"));
        Files.writeString(
                model.resolve("open_clip_config.json"),
                Files.readString(ORIGINAL.resolve("open_clip_config.json"))
                        .replace("\"timm_proj\": \"linear\"", "\"timm_proj\": \"" + projection + "\"")
                        .replace("\"embed_dim\": 24", "\"embed_dim\": " + dimension));
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache"));
        try (DifferentiableEncoder encoder = ModelPackage.open(model.toString()).openDifferentiable(options)) {
            assertThat(encoder.description().dimension()).isEqualTo(dimension);
            return encoder.embed(pixels, IMAGES);
        }
    }

    private float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian() * 0.1f;
        }
        return numbers;
    }

    /** The exact GELU: x times the normal distribution's function, whose series converges everywhere. */
    private static double gelu(double x) {
        double z = x / Math.sqrt(2);
        double term = z;
        double sum = z;
        for (int n = 1; n < 60; n++) {
            term *= -z * z / n;
            sum += term / (2 * n + 1);
        }
        return x * 0.5 * (1 + 2 / Math.sqrt(Math.PI) * sum);
    }
}

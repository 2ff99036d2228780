package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small checkpoints of each family against what the original Python code answered for them. */
class PublishedEncodersTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final double EMBEDDING = 2e-5;
    private static final double NORMALISED = 5e-6;
    private static final int IMAGES = 4;

    @TempDir
    static Path cache;

    private static EncoderOptions options() {
        return EncoderOptions.defaults().withThreads(1).withCache(cache);
    }

    @ParameterizedTest
    @CsvSource({"vit_a,7.9e-5", "vit_b,1.5e-5", "vit_c,1.8e-5", "convnext_a,1e-5", "dino_a,2.5e-4"})
    void embeddingsAndInputGradientsAreThoseOfTheOriginals(String name, double gradient) throws IOException {
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("vision.safetensors"));
                DifferentiableEncoder encoder =
                        ModelPackage.open(GOLDEN.resolve(name).toString()).openDifferentiable(options())) {
            float[] input = golden.floats("input");

            DifferentiableEncoder.Gradient answer = encoder.gradient(input, IMAGES, golden.floats("grad_vector"));

            assertThat(answer.embeddings()).containsExactly(golden.floats("embedding"), within((float) EMBEDDING));
            assertThat(answer.inputGradient()).containsExactly(golden.floats("grad_input"), within((float) gradient));
            assertThat(encoder.embed(input, IMAGES)).containsExactly(answer.embeddings(), within((float) EMBEDDING));
        }
    }

    @Test
    void dinosTokensAreThoseOfTheOriginal() throws IOException {
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve("dino_a/vision.safetensors"));
                DifferentiableEncoder encoder =
                        ModelPackage.open(GOLDEN.resolve("dino_a").toString()).openDifferentiable(options())) {
            assertThat(encoder.tokens(golden.floats("input"), IMAGES))
                    .containsExactly(golden.floats("last_hidden_state"), within((float) EMBEDDING));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit_a", "vit_b", "vit_c", "convnext_a"})
    void textEmbeddingsAreThoseOfTheOriginals(String name) throws IOException {
        try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(name).resolve("text.safetensors"));
                TextEncoder encoder =
                        ModelPackage.open(GOLDEN.resolve(name).toString()).openText(options())) {
            long[][] tokens = tokens(golden, encoder.contextLength());

            assertThat(encoder.embedRaw(tokens)).containsExactly(golden.floats("embedding"), within((float) EMBEDDING));
            assertThat(encoder.embed(tokens))
                    .containsExactly(golden.floats("embedding_normalized"), within((float) NORMALISED));
            assertThat(Math.log(encoder.logitScale())).isCloseTo(golden.floats("logit_scale")[0], within(1e-6));
        }
    }

    private static long[][] tokens(SafetensorsFile golden, int length) {
        LongBuffer ids = golden.bytes("tokens").asLongBuffer();
        long[][] rows = new long[ids.remaining() / length][length];
        for (long[] row : rows) {
            ids.get(row);
        }
        return rows;
    }
}

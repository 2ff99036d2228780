package io.bulwark.perception.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.MetricHeadFile;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricHeadTest {

    private static final int DIMENSION = 6;
    private static final int HIDDEN = 9;
    private static final double STEP = 1e-3;

    @TempDir
    Path folder;

    private final Random random = new Random(8);
    private final MetricHead head = taught(DIMENSION, HIDDEN);

    /** A head all of whose weights say something. */
    private MetricHead taught(int dimension, int hidden) {
        MetricHead made = MetricHead.fresh(dimension, hidden, 1);
        float[] noise = row(made.weights().length);
        for (int i = 0; i < noise.length; i++) {
            made.weights()[i] += 0.5f * noise[i];
        }
        return made;
    }

    private float[] row(int length) {
        float[] row = new float[length];
        for (int i = 0; i < length; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return row;
    }

    /** The formula, without a thought of speed. */
    private float[] slow(float[] embedding) {
        float[] w = head.weights();
        int inBias = DIMENSION * HIDDEN;
        int out = inBias + HIDDEN;
        int outBias = out + HIDDEN * DIMENSION;
        float[] output = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            double sum = embedding[d] + w[outBias + d];
            for (int h = 0; h < HIDDEN; h++) {
                double active = w[inBias + h];
                for (int e = 0; e < DIMENSION; e++) {
                    active += w[e * HIDDEN + h] * embedding[e];
                }
                sum += Math.max(0, active) * w[out + h * DIMENSION + d];
            }
            output[d] = (float) sum;
        }
        return output;
    }

    private double weighed(float[] embedding, float[] slope) {
        double sum = 0;
        float[] output = slow(embedding);
        for (int d = 0; d < DIMENSION; d++) {
            sum += output[d] * slope[d];
        }
        return sum;
    }

    @Test
    void itIsTheEmbeddingAsItIsAndTwoLayersBesideIt() {
        float[] embedding = row(DIMENSION);

        assertThat(head.apply(embedding, 1)).containsExactly(slow(embedding), within(1e-5f));
    }

    @Test
    void oneThatHasLearntNothingChangesNoSimilarity() {
        MetricHead fresh = MetricHead.fresh(DIMENSION, HIDDEN, 5);
        float[] one = row(DIMENSION);
        float[] other = row(DIMENSION);

        assertThat((double) Cosine.similarity(fresh.apply(one, 1), fresh.apply(other, 1)))
                .isCloseTo(Cosine.similarity(one, other), within(1e-6));
    }

    @Test
    void theWayBackIsTheSlopeByEmbeddingAndWeights() {
        float[] embedding = row(DIMENSION);
        float[] slope = row(DIMENSION);
        float[] byWeights = new float[head.weights().length];

        float[] byEmbedding = head.pullBack(head.forward(embedding), slope, byWeights);

        differs(embedding, byEmbedding, embedding, slope);
        differs(head.weights(), byWeights, embedding, slope);
    }

    private void differs(float[] moved, float[] found, float[] embedding, float[] slope) {
        for (int i = 0; i < moved.length; i++) {
            float kept = moved[i];
            moved[i] = (float) (kept + STEP);
            double above = weighed(embedding, slope);
            moved[i] = (float) (kept - STEP);
            double below = weighed(embedding, slope);
            moved[i] = kept;
            assertThat((double) found[i]).as("number %d", i).isCloseTo((above - below) / (2 * STEP), within(5e-3));
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        MetricHeadFile file = new MetricHeadFile(folder.resolve(MetricHeadFile.NAME));

        file.write(head, "abc", Map.of("loss", "hinge"));

        MetricHead read = file.read("abc");
        assertThat(read.hidden()).isEqualTo(HIDDEN);
        assertThat(read.weights()).isEqualTo(head.weights());
    }

    @Test
    void aHeadThatWasTrainedOnUnitEmbeddingsIsRefused() throws IOException {
        Path file = folder.resolve("old");
        SafetensorsWriter old = new SafetensorsWriter().metadata("encoder", "abc");
        head.parts()
                .forEach(part -> old.add(
                        part.name(),
                        part.shape(),
                        Arrays.copyOfRange(head.weights(), part.offset(), part.offset() + part.length())));
        old.write(file);

        assertThatThrownBy(() -> new MetricHeadFile(file).read("abc"))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("unit length")
                .hasMessageContaining("train it again");
    }

    @Test
    void aHeadOfAnotherEncoderIsRefusedAndSoIsWhatIsNone() throws IOException {
        MetricHeadFile file = new MetricHeadFile(folder.resolve(MetricHeadFile.NAME));
        file.write(head, "abc", Map.of());
        MetricHeadFile text = new MetricHeadFile(Files.writeString(folder.resolve("text"), "no head at all"));

        assertThatThrownBy(() -> file.read("def"))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("fingerprint abc")
                .hasMessageContaining("def");
        assertThatThrownBy(() -> text.read("abc"))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("is no metric head");
    }

    @Test
    void behindAnEncoderItIsDifferentiatedThroughAndHasItsOwnFingerprint() throws IOException {
        String config = "{\"model_cfg\": {\"embed_dim\": 6, \"vision_cfg\": {\"image_size\": 8, \"patch_size\": 4,"
                + " \"layers\": 1, \"width\": 16, \"head_width\": 8}, \"text_cfg\": {}}}";
        new FreshPackage(config.getBytes(StandardCharsets.UTF_8), 1).write(folder.resolve("small"));
        ModelPackage small = ModelPackage.open(folder.resolve("small").toString());
        float[] pixels = new float[2 * 3 * 8 * 8];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        float[] slope = row(DIMENSION);
        try (DifferentiableEncoder plain = small.openDifferentiable(EncoderOptions.defaults())) {
            DifferentiableEncoder headed = plain.with(head);

            float[] outputs = headed.embed(pixels, 2);
            DifferentiableEncoder.Gradient gradient = headed.gradient(pixels, 2, slope);

            assertThat(outputs).containsExactly(head.apply(plain.embed(pixels, 2), 2), within(1e-6f));
            assertThat(gradient.embeddings()).containsExactly(outputs, within(1e-5f));
            int moved = 3 * 64 + 70;
            pixels[moved] += 0.02f;
            double above = dot(headed.embed(pixels, 2), slope);
            pixels[moved] -= 0.04f;
            double below = dot(headed.embed(pixels, 2), slope);
            assertThat((double) gradient.inputGradient()[moved]).isCloseTo((above - below) / 0.04, within(2e-3));
            assertThat(headed.description().fingerprint())
                    .isNotEqualTo(small.describe(Precision.FP32).fingerprint());
        }
    }

    private static double dot(float[] rows, float[] slope) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            sum += rows[i] * slope[i % slope.length];
        }
        return sum;
    }
}

package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.torch.LoadedProgram;
import io.bulwark.perception.torch.TorchDifferentiableEncoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradientProgramTest {

    @TempDir
    Path cache;

    @Test
    void theProgramForGradientsIsTheSameFunction() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        LinkedPackage model = (LinkedPackage) ModelPackage.open(ModelPackage.CLASSIFIER);
        EncoderDescription description = model.describe(Precision.FP32);
        LoadedProgram inPlace = LoadedProgram.load("in place", model.link(description, cache), options, true);
        try (DifferentiableEncoder expected = new TorchDifferentiableEncoder(description, inPlace);
                DifferentiableEncoder encoder = model.openDifferentiable(options)) {
            DifferentiableEncoder.Gradient wanted = expected.gradient(noise(2), 2, ones());
            DifferentiableEncoder.Gradient found = encoder.gradient(noise(2), 2, ones());

            assertThat(found.embeddings()).isEqualTo(wanted.embeddings());
            assertThat(found.inputGradient())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(wanted.inputGradient());
            assertThat(encoder.description()).isEqualTo(expected.description());
        }
    }

    @Test
    void oneBackwardPassGivesTheGradientsByWeightsAndByPixels() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);
        float[] pixels = Arrays.copyOf(noise(1), 2 * 3 * 64 * 64);
        try (TrainableEncoder learner = model.openTrainable(options);
                DifferentiableEncoder attacked = model.openDifferentiable(options)) {
            TrainableEncoder.Gradient byWeights = learner.gradient(pixels, 2, 64, 64, answers -> answers);
            TrainableEncoder.Gradient both = learner.gradientByPixelsToo(pixels, 2, 64, 64, answers -> answers);
            float[] byPixels = attacked.answerGradient(pixels, 2, 64, 64, answers -> answers)
                    .inputGradient();

            assertThat(byWeights.pixels()).isEmpty();
            assertThat(both.answers().embeddings())
                    .isEqualTo(byWeights.answers().embeddings());
            assertThat(both.weights()).isEqualTo(byWeights.weights());
            assertThat(both.pixels()).usingComparatorWithPrecision(1e-5f).containsExactly(byPixels);
            assertThat(both.pixels()).isNotEqualTo(new float[both.pixels().length]);
        }
    }

    @Test
    void fp64GradientsRoundToTheFp32Gradients() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);
        try (DifferentiableEncoder rounded = model.openDifferentiable(options);
                DifferentiableEncoder encoder = model.openDifferentiable(options.withPrecision(Precision.FP64))) {
            DifferentiableEncoder.Gradient wanted = rounded.gradient(noise(1), 1, ones());
            DifferentiableEncoder.Gradient found = encoder.gradient(noise(1), 1, ones());

            assertThat(found.embeddings())
                    .usingComparatorWithPrecision(1e-3f)
                    .containsExactly(wanted.embeddings())
                    .isNotEqualTo(wanted.embeddings());
            assertThat(found.inputGradient()).isNotEqualTo(wanted.inputGradient());
            assertThat(encoder.description().precision()).isEqualTo("fp64");
            assertThat(encoder.description().fingerprint())
                    .isNotEqualTo(rounded.description().fingerprint());
        }
    }

    @Test
    void inFp64WeightsComeBackAsTheyWereWrittenAndTheirGradientsAreAlmostThoseOfFp32() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        ModelPackage model = ModelPackage.open("src/test/resources/golden/vit_b");
        float[] pixels = Arrays.copyOf(noise(1), 2 * 3 * 30 * 30);
        try (TrainableEncoder rounded = model.openTrainable(options);
                TrainableEncoder encoder = model.openTrainable(options.withPrecision(Precision.FP64))) {
            float[] weights = rounded.weights();
            assertThat(encoder.weights()).isEqualTo(weights);
            weights[0] += 0.25f;
            rounded.setWeights(weights);
            encoder.setWeights(weights);
            assertThat(encoder.weights()).isEqualTo(weights);

            float[] wanted =
                    rounded.gradient(pixels, 2, 30, 30, answers -> answers).weights();
            float[] found =
                    encoder.gradient(pixels, 2, 30, 30, answers -> answers).weights();
            assertThat(found).usingComparatorWithPrecision(1e-3f).containsExactly(wanted);
            assertThat(found).isNotEqualTo(wanted);
        }
    }

    @Test
    void fp64IsForGradientsAlone() {
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);

        assertThatThrownBy(() -> model.openEncoder(
                        EncoderOptions.defaults().withCache(cache).withPrecision(Precision.FP64)))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("infer in fp32, bf16, fp16, not in fp64");
        assertThatThrownBy(() -> Precision.labelled("fp64")).hasMessageContaining("fp32, bf16, fp16, auto");
    }

    private static float[] noise(int images) {
        Random random = new Random(5);
        float[] pixels = new float[images * 3 * 224 * 224];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        return pixels;
    }

    private static float[] ones() {
        float[] ones = new float[1280];
        Arrays.fill(ones, 1);
        return ones;
    }
}

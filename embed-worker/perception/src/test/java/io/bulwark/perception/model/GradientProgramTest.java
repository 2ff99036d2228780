package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;

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
        LinkedPackage model = (LinkedPackage) ModelPackage.open(ModelPackage.CLEAN_PARENT);
        EncoderDescription description = model.describe(EncoderOptions.Precision.FP32);
        LoadedProgram inPlace = LoadedProgram.load("in place", model.link(description, cache), options, true);
        try (DifferentiableEncoder expected = new DifferentiableEncoder(description, inPlace);
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

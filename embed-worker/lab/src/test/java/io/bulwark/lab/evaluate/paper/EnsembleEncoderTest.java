package io.bulwark.lab.evaluate.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small random encoders of two families with one input. */
class EnsembleEncoderTest {

    private static final String GOLDEN = "../perception/src/test/resources/golden/";

    private static DifferentiableEncoder open(String name) {
        return ModelPackage.open(GOLDEN + name)
                .openDifferentiable(EncoderOptions.defaults().withThreads(1));
    }

    @Test
    void embeddingsLieOneBehindTheOtherAndTheSlopeByPixelsIsTheSumOfTheMembers() {
        try (DifferentiableEncoder first = open("vit_a");
                DifferentiableEncoder second = open("dino_a");
                EnsembleEncoder both = EnsembleEncoder.of("both", List.of(open("vit_a"), open("dino_a")))) {
            int one = first.description().dimension();
            int two = second.description().dimension();
            int height = both.description().preprocess().height();
            int width = both.description().preprocess().width();
            float[] pixels = new float[2 * 3 * height * width];
            Random random = new Random(7);
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = random.nextFloat();
            }
            float[] slope = new float[one + two];
            for (int i = 0; i < slope.length; i++) {
                slope[i] = (float) random.nextGaussian();
            }

            DifferentiableEncoder.Gradient joined = both.gradient(pixels, 2, slope);

            assertThat(both.description().dimension()).isEqualTo(one + two);
            assertThat(both.description().preprocess().resizeMode()).isEqualTo(ResizeMode.SQUASH);
            float[] firsts = first.embed(pixels, 2);
            assertThat(Arrays.copyOfRange(joined.embeddings(), one + two, 2 * one + two))
                    .containsExactly(Arrays.copyOfRange(firsts, one, 2 * one), within(1e-5f));
            float[] byFirst =
                    first.gradient(pixels, 2, Arrays.copyOf(slope, one)).inputGradient();
            float[] bySecond = second.gradient(pixels, 2, Arrays.copyOfRange(slope, one, one + two))
                    .inputGradient();
            for (int i = 0; i < pixels.length; i += 97) {
                assertThat(joined.inputGradient()[i]).isCloseTo(byFirst[i] + bySecond[i], within(1e-4f));
            }
        }
    }

    @Test
    void encodersOfDifferentInputsAreNoEnsemble() {
        try (DifferentiableEncoder small = open("vit_a");
                DifferentiableEncoder other = open("convnext_a")) {
            assertThatThrownBy(() -> EnsembleEncoder.of("both", List.of(small, other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("joins encoders of one input");
        }
    }
}

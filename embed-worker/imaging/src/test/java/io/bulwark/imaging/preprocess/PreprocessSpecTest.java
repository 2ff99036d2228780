package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessSpecTest {

    private final PreprocessSpec spec = spec(224, 224, 224, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 0, 0.5f);

    @Test
    void encodersThatDifferInMeanAndDeviationAloneSeeTheSameViews() {
        assertThat(spec.makesTheSameViewsAs(
                        spec(224, 224, 224, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 0, 0.4f)))
                .isTrue();
    }

    @Test
    void anyOtherDifferenceMakesOtherViews() {
        List<PreprocessSpec> others = List.of(
                spec(256, 224, 224, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 0, 0.5f),
                spec(224, 256, 224, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 0, 0.5f),
                spec(224, 224, 256, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 0, 0.5f),
                spec(224, 224, 224, ResizeMode.SQUASH, Interpolation.BICUBIC, true, 0, 0.5f),
                spec(224, 224, 224, ResizeMode.SHORTEST, Interpolation.BILINEAR, true, 0, 0.5f),
                spec(224, 224, 224, ResizeMode.SHORTEST, Interpolation.BICUBIC, false, 0, 0.5f),
                spec(224, 224, 224, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 9, 0.5f));

        assertThat(others).noneMatch(spec::makesTheSameViewsAs).noneMatch(other -> other.makesTheSameViewsAs(spec));
    }

    private static PreprocessSpec spec(
            int height,
            int width,
            int resizeTo,
            ResizeMode mode,
            Interpolation interpolation,
            boolean convertFirst,
            int fill,
            float mean) {
        float[] means = {mean, mean, mean};
        return new PreprocessSpec(
                height, width, resizeTo, mode, interpolation, convertFirst, fill, means, new float[] {1, 1, 1});
    }
}

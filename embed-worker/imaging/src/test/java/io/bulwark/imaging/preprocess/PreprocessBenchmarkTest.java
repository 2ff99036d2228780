package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import org.junit.jupiter.api.Test;

class PreprocessBenchmarkTest {

    private final PreprocessBenchmark benchmark = new PreprocessBenchmark(
            new StandardImageDecoder(DecodeLimits.standard()),
            Preprocessor.moderation(PreprocessSpec.unit(224, Interpolation.BILINEAR), ViewPolicy.COVER));

    @Test
    void measuresBothSidesOfTheSamePicture() {
        PreprocessBenchmark.Result result = benchmark.measure(PreprocessBenchmark.syntheticJpeg(640, 360, 1), 1, 3);
        assertThat(result.width()).isEqualTo(640);
        assertThat(result.height()).isEqualTo(360);
        assertThat(result.views()).isEqualTo(3);
        assertThat(result.jdkMillis()).isPositive();
        assertThat(result.totalMillis()).isGreaterThanOrEqualTo(result.decodeMillis());
        assertThat(result.ratio()).isEqualTo(result.totalMillis() / result.jdkMillis());
    }
}

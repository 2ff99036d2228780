package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.stream.IntStream;
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

    /** What an upload costs depends on its views: 52 photographs of 640x480 had 3.58 on average, 35 of them two. */
    @Test
    void picturesOfManySeedsHaveAsManyViewsAsPhotographs() {
        double views = IntStream.range(0, 64)
                .map(seed -> benchmark
                        .measure(PreprocessBenchmark.syntheticJpeg(640, 480, seed), 0, 1)
                        .views())
                .average()
                .orElseThrow();
        assertThat(views).isBetween(3.4, 3.8);
    }
}

package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.bench.LatencyBenchCommand.CrowdedGif;
import org.junit.jupiter.api.Test;

class CrowdedGifTest {

    @Test
    void it_is_small_and_has_far_more_views_than_are_judged() {
        byte[] file = CrowdedGif.of(1);
        Decoded picture = (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        Preprocessor preprocessor =
                Preprocessor.moderation(PreprocessSpec.unit(64, Interpolation.BILINEAR), ViewPolicy.COVER);

        assertThat(file.length).isLessThan(43_000);
        assertThat(preprocessor.views(picture)).hasSizeGreaterThanOrEqualTo(80);
        assertThat(preprocessor.judged(picture)).hasSize(24).anyMatch(view -> View.isSampled(view.name()));
    }
}

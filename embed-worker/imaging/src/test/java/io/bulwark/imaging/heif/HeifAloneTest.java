package io.bulwark.imaging.heif;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeifAloneTest {

    private final Map<String, byte[]> seeds = HeifAlone.seeds();

    @Test
    void whatFuzzingBeginsWithIsReadToItsEnd() {
        assertThat(HeifAlone.decode(seeds.get("answered grid.heic"), DecodeLimits.standard()))
                .isInstanceOf(DecodeResult.Decoded.class);
        assertThat(HeifAlone.decode(seeds.get("answered alpha.avif"), DecodeLimits.standard()))
                .isInstanceOf(DecodeResult.Decoded.class);
    }

    @Test
    void withoutAnAnswerThereIsNoPicture() {
        assertThat(HeifAlone.decode(seeds.get("grid.heic"), DecodeLimits.standard()))
                .isInstanceOf(DecodeResult.Refused.class);
    }
}

package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of one bit for each pixel, from their bytes to the encoder's input, against Pillow. */
class BilevelGoldenTest {

    @ParameterizedTest
    @CsvSource({
        "bilevel, squash, SQUASH, 48",
        "bilevel, shortest, SHORTEST, 48",
        "bilevel, larger, SQUASH, 150",
        "bilevel_palette, squash, SQUASH, 48",
        "bilevel_palette, shortest, SHORTEST, 48"
    })
    void oneBitIsResizedByNearestNeighbourWhateverTheFilterIs(String file, String resize, ResizeMode mode, int size) {
        byte[] expected =
                decode("expected_" + file + "_" + resize).frames().get(0).samples();
        for (Interpolation filter : Interpolation.values()) {
            Preprocessor exact = Preprocessor.exact(spec(mode, size, filter));
            byte[] seen = exact.views(decode(file)).get(0).pixels();
            assertThat(ExactPreprocessorGoldenTest.difference(seen, expected))
                    .as("%s", filter)
                    .isEmpty();
        }
    }

    @Test
    void theFilesAreOfTheModesThatPillowSays() {
        assertThat(decode("bilevel").frames().get(0).mode()).isEqualTo(Mode.BILEVEL);
        assertThat(decode("bilevel_palette").frames().get(0).mode()).isEqualTo(Mode.P);
    }

    private static PreprocessSpec spec(ResizeMode mode, int size, Interpolation filter) {
        float[] none = {0, 0, 0};
        return new PreprocessSpec(size, size, size, mode, filter, false, 0, none, new float[] {1, 1, 1});
    }

    private static Decoded decode(String name) {
        try (InputStream file = BilevelGoldenTest.class.getResourceAsStream("/golden/bilevel/" + name + ".png")) {
            return (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

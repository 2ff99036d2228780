package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.imaging.rows.PillowColour;
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

    /** The padding of mode 1 is white for each level but 0. */
    @Test
    void oneBitIsPaddedInItsOwnMode() {
        PreprocessSpec spec = spec(48, 48, 48, ResizeMode.LONGEST, Interpolation.BILINEAR, false, 127);
        assertPillows(spec, "longest");
    }

    @Test
    void oneBitIsCroppedToAnInputThatIsNotSquare() {
        assertPillows(spec(48, 80, 48, ResizeMode.SHORTEST, Interpolation.BICUBIC, false, 0), "wide");
    }

    @Test
    void oneBitIsFilteredOnlyWhereItBecomesRgbFirst() {
        assertPillows(spec(56, 56, 64, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 0), "first");
    }

    private static void assertPillows(PreprocessSpec spec, String expected) {
        byte[] seen = Preprocessor.exact(spec).views(decode("bilevel")).get(0).pixels();
        Raster pillows = decode("expected_bilevel_" + expected).frames().get(0);
        byte[] rgb = new byte[3 * pillows.width() * pillows.height()];
        PillowColour.toRgb(pillows.mode(), pillows.samples(), pillows.palette(), rgb.length / 3, rgb);
        assertThat(ExactPreprocessorGoldenTest.difference(seen, rgb)).isEmpty();
    }

    @Test
    void theFilesAreOfTheModesThatPillowSays() {
        assertThat(decode("bilevel").frames().get(0).mode()).isEqualTo(Mode.BILEVEL);
        assertThat(decode("bilevel_palette").frames().get(0).mode()).isEqualTo(Mode.P);
    }

    private static PreprocessSpec spec(ResizeMode mode, int size, Interpolation filter) {
        return spec(size, size, size, mode, filter, false, 0);
    }

    private static PreprocessSpec spec(
            int height, int width, int resizeTo, ResizeMode mode, Interpolation filter, boolean first, int fill) {
        float[] none = {0, 0, 0};
        return new PreprocessSpec(height, width, resizeTo, mode, filter, first, fill, none, new float[] {1, 1, 1});
    }

    private static Decoded decode(String name) {
        try (InputStream file = BilevelGoldenTest.class.getResourceAsStream("/golden/bilevel/" + name + ".png")) {
            return (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

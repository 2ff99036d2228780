package io.bulwark.imaging.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.gif.GifWriter;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.preview.Preview.PreviewMaker;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreviewMakerTest {

    static List<String> files() {
        return GoldenPictures.FILES;
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyKindOfPictureIsShown(String file) {
        Decoded decoded = GoldenPictures.decode(file);
        Preview picture = PreviewMaker.picture(decoded);
        Preview strip = PreviewMaker.strip(decoded);
        assertThat(Math.max(picture.width(), picture.height())).isLessThanOrEqualTo(Preview.LONGEST_SIDE);
        assertThat(strip.height()).isLessThanOrEqualTo(Preview.LONGEST_SIDE_IN_STRIP);
        assertThat(picture.frames()).isEqualTo(strip.frames()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 1024, 1024, 256",
        "1500, 3000, 512, 1024",
        "640, 480, 640, 480",
        "60000, 3, 1024, 1",
        "1, 1, 1, 1"
    })
    void aLargePictureShrinksAndASmallOneStays(int width, int height, int shownWidth, int shownHeight) {
        Preview picture = PreviewMaker.picture(
                still(new Raster(Mode.L, width, height, new byte[width * height], new byte[0], 1)));
        assertThat(picture.width()).isEqualTo(shownWidth);
        assertThat(picture.height()).isEqualTo(shownHeight);
    }

    @Test
    void aSmallPictureIsShownPixelByPixel() {
        byte[] rgb = {1, 2, 3, 40, 50, 60};
        assertThat(PreviewMaker.picture(still(new Raster(Mode.RGB, 2, 1, rgb, new byte[0], 1)))
                        .rgb())
                .isEqualTo(rgb);
    }

    /** Orientation 6: the stored picture is turned right by a quarter. */
    @Test
    void aPictureIsTurnedAsItsExifSays() {
        byte[] stored = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6};
        Preview picture = PreviewMaker.picture(still(new Raster(Mode.RGB, 3, 2, stored, new byte[0], 6)));
        assertThat(List.of(picture.width(), picture.height())).containsExactly(2, 3);
        assertThat(picture.rgb()).isEqualTo(new byte[] {4, 4, 4, 1, 1, 1, 5, 5, 5, 2, 2, 2, 6, 6, 6, 3, 3, 3});
        Decoded file = GoldenPictures.decode("exif_orientation6.jpg");
        Raster raw = file.frames().get(0);
        assertThat(PreviewMaker.picture(file).width()).isEqualTo(raw.height());
    }

    /** Over white, over black, and without the alpha that hides colours. */
    @Test
    void aStripShowsWhatAlphaHides() {
        byte[] rgba = {90, 20, 30, 1};
        Raster hidden = new Raster(Mode.RGBA, 1, 1, rgba, new byte[0], 1);
        Preview picture = PreviewMaker.picture(still(hidden));
        Preview strip = PreviewMaker.strip(still(hidden));
        assertThat(picture.width()).isEqualTo(1);
        assertThat(picture.rgb()[0] & 0xff).isGreaterThan(250);
        assertThat(strip.width()).isEqualTo(3);
        assertThat(strip.frames()).isEqualTo(1);
        assertThat(strip.rgb()[3] & 0xff).isLessThan(5);
        assertThat(Arrays.copyOfRange(strip.rgb(), 6, 9)).isEqualTo(new byte[] {90, 20, 30});
    }

    @Test
    void anAnimationIsAStripOfItsJudgedFrames() {
        GifWriter gif = new GifWriter(2, 1);
        IntStream.of(1, 2, 3)
                .forEach(colour -> gif.frame(0, 0, 2, 1, -1, 0, false, new byte[] {(byte) colour, (byte) colour}));
        Decoded decoded = (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(gif.end());
        Preview picture = PreviewMaker.picture(decoded);
        Preview strip = PreviewMaker.strip(decoded);
        assertThat(picture.width()).isEqualTo(2);
        assertThat(picture.frames()).isEqualTo(3);
        assertThat(strip.frames()).isEqualTo(3);
        assertThat(strip.width()).isEqualTo(6);
        assertThat(strip.rgb()).isEqualTo(new byte[] {-1, 0, 0, -1, 0, 0, 0, -1, 0, 0, -1, 0, 0, 0, -1, 0, 0, -1});
    }

    @Test
    void aStripOfManyFramesStaysShort() {
        Raster frame = new Raster(Mode.L, 400, 300, new byte[400 * 300], new byte[0], 1);
        Decoded many = new Decoded(
                "gif",
                Collections.nCopies(100, frame),
                IntStream.range(0, 100).boxed().toList(),
                Collections.nCopies(100, 10),
                100);
        Preview strip = PreviewMaker.strip(many);
        assertThat(strip.width()).isLessThanOrEqualTo(Preview.LONGEST_STRIP).isGreaterThan(7_000);
        assertThat(strip.frames()).isEqualTo(100);
    }

    @Test
    void whatIsLargerThanAPreviewIsNone() {
        assertThatThrownBy(() -> new Preview(1025, 1025, new byte[1025 * 1025 * 3], 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Preview(2, 2, new byte[11], 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Preview(1, 1, new byte[3], 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Decoded still(Raster raster) {
        return Decoded.still("png", raster);
    }
}

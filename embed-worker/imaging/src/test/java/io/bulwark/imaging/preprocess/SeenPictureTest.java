package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.UprightPicture.SeenPicture;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenPictureTest {

    @Test
    void alphaIsKeptAndColoursAreNotMultiplied() {
        byte[] rgba = bytes(10, 20, 30, 0, 40, 50, 60, 128);

        SeenPicture seen = SeenPicture.of(new Raster(Mode.RGBA, 2, 1, rgba, new byte[0], 1));

        assertThat(seen.rgba()).isEqualTo(rgba);
        assertThat(seen.over(255)).isEqualTo(bytes(255, 255, 255, 147, 152, 157));
        assertThat(seen.over(0)).isEqualTo(bytes(0, 0, 0, 20, 25, 30));
    }

    @Test
    void everyModeBecomesRgba() {
        assertThat(of(Mode.L, bytes(7, 9), bytes(9, 0, 0, 0))).isEqualTo(bytes(7, 7, 7, 255, 9, 9, 9, 0));
        assertThat(of(Mode.LA, bytes(7, 255, 9, 3), bytes())).isEqualTo(bytes(7, 7, 7, 255, 9, 9, 9, 3));
        assertThat(of(Mode.BILEVEL, bytes(0, 255), bytes())).isEqualTo(bytes(0, 0, 0, 255, 255, 255, 255, 255));
        assertThat(of(Mode.I16, bytes(255, 255, 0, 0), bytes())).isEqualTo(bytes(255, 255, 255, 255, 0, 0, 0, 255));
        assertThat(of(Mode.P, bytes(1, 0), bytes(1, 2, 3, 4, 5, 6, 7, 255))).isEqualTo(bytes(5, 6, 7, 255, 1, 2, 3, 4));
        assertThat(of(Mode.CMYK, bytes(0, 0, 0, 0, 255, 0, 0, 0), bytes()))
                .isEqualTo(bytes(255, 255, 255, 255, 0, 255, 255, 255));
    }

    @Test
    void isTurnedAsItsOrientationSays() {
        // Orientation 6: the stored picture has to be turned right by a quarter.
        byte[] stored = bytes(1, 1, 1, 255, 2, 2, 2, 9);

        SeenPicture seen = SeenPicture.of(new Raster(Mode.RGBA, 1, 2, stored, new byte[0], 6));

        assertThat(seen.width()).isEqualTo(2);
        assertThat(seen.height()).isEqualTo(1);
        assertThat(seen.rgba()).isEqualTo(bytes(2, 2, 2, 9, 1, 1, 1, 255));
    }

    @Test
    void theViewsInItsSizeShowItOverWhiteAndOverBlack() {
        byte[] rgba = new byte[4 * 16 * 16];
        for (int i = 0; i < rgba.length; i++) {
            rgba[i] = (byte) (i * 37);
        }
        Raster raster = new Raster(Mode.RGBA, 16, 16, rgba, new byte[0], 1);

        List<View> views = Preprocessor.moderation(PreprocessSpec.unit(16, Interpolation.BILINEAR), ViewPolicy.SQUASH)
                .views(Decoded.still("png", raster));

        assertThat(views.get(0).pixels()).isEqualTo(SeenPicture.of(raster).over(255));
        assertThat(views.get(1).pixels()).isEqualTo(SeenPicture.of(raster).over(0));
    }

    @Test
    void pixelsThatAreNotThereAreAnError() {
        assertThatThrownBy(() -> new SeenPicture(2, 2, new byte[12]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2x2");
    }

    private static byte[] of(Mode mode, byte[] samples, byte[] palette) {
        int width = samples.length / mode.bytesPerPixel();
        return SeenPicture.of(new Raster(mode, width, 1, samples, palette, 1)).rgba();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}

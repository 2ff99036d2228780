package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UprightPictureTest {

    @Test
    void grayBecomesThreeEqualChannels() {
        UprightPicture picture =
                UprightPicture.of(new Raster(Mode.L, 2, 1, new byte[] {7, (byte) 200}, new byte[0], 1));

        assertThat(picture.rgb()).isEqualTo(bytes(7, 7, 7, 200, 200, 200));
    }

    @Test
    void transparencyLiesOverWhite() {
        byte[] rgba = {10, 20, 30, 0, 10, 20, 30, (byte) 255};

        assertThat(UprightPicture.of(new Raster(Mode.RGBA, 2, 1, rgba, new byte[0], 1))
                        .rgb())
                .isEqualTo(bytes(255, 255, 255, 10, 20, 30));
    }

    @Test
    void isTurnedAsItsOrientationSays() {
        // Orientation 6: the stored picture has to be turned right by a quarter.
        byte[] stored = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6};
        UprightPicture picture = UprightPicture.of(new Raster(Mode.RGB, 3, 2, stored, new byte[0], 6));

        assertThat(picture.width()).isEqualTo(2);
        assertThat(picture.height()).isEqualTo(3);
        assertThat(picture.rgb()).isEqualTo(bytes(4, 4, 4, 1, 1, 1, 5, 5, 5, 2, 2, 2, 6, 6, 6, 3, 3, 3));
    }

    @Test
    void moderationSeesItAsItSeesTheFileItCameFrom() {
        for (int orientation = 1; orientation <= 8; orientation++) {
            Raster stored = noise(37, 21, orientation);
            Preprocessor preprocessor =
                    Preprocessor.moderation(PreprocessSpec.unit(16, Interpolation.BILINEAR), ViewPolicy.COVER);

            List<View> direct = preprocessor.views(still(stored));
            List<View> upright =
                    preprocessor.views(still(UprightPicture.of(stored).raster()));

            assertThat(upright).hasSameSizeAs(direct);
            for (int view = 0; view < direct.size(); view++) {
                byte[] expected = direct.get(view).pixels();
                byte[] found = upright.get(view).pixels();
                for (int i = 0; i < expected.length; i++) {
                    assertThat(Math.abs((expected[i] & 0xff) - (found[i] & 0xff)))
                            .isLessThanOrEqualTo(1);
                }
            }
        }
    }

    @Test
    void isResizedAsAViewIs() {
        UprightPicture picture = UprightPicture.of(noise(37, 21, 1));
        Preprocessor squash =
                Preprocessor.moderation(PreprocessSpec.unit(16, Interpolation.BILINEAR), ViewPolicy.SQUASH);

        UprightPicture small = picture.resized(16, 16);

        assertThat(small.rgb()).isEqualTo(squash.views(picture.still()).get(0).pixels());
        assertThat(picture.resized(37, 21).rgb()).isEqualTo(picture.rgb());
        assertThat(picture.resized(10, 30).height()).isEqualTo(30);
    }

    @Test
    void bytesThatAreNoSuchPictureAreRefused() {
        assertThatThrownBy(() -> new UprightPicture(2, 2, new byte[11])).hasMessageContaining("2x2");
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static Decoded still(Raster raster) {
        return Decoded.still("png", raster);
    }

    private static Raster noise(int width, int height, int orientation) {
        byte[] rgb = new byte[3 * width * height];
        new Random(orientation).nextBytes(rgb);
        return new Raster(Mode.RGB, width, height, rgb, new byte[0], orientation);
    }
}

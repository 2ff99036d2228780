package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.data.Distortion.DistortionCanvas;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DistortionTest {

    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;

    private final byte[] picture =
            DistortionCanvas.of(TestPictures.image(WIDTH, HEIGHT, 3)).pixels();

    @ParameterizedTest
    @EnumSource
    void aHigherSeverityIsFartherFromThePicture(Distortion distortion) {
        double before = 0;
        for (int severity = 1; severity <= Distortion.MAX_SEVERITY; severity++) {
            double distance = distance(distortion.apply(picture, WIDTH, HEIGHT, severity, 11));
            assertThat(distance).as("%s %d", distortion, severity).isGreaterThan(before);
            before = distance;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSeedRepeatsTheDistortionAndThePictureIsLeftAlone(Distortion distortion) {
        byte[] untouched = picture.clone();

        byte[] once = distortion.apply(picture, WIDTH, HEIGHT, 3, 5);

        assertThat(distortion.apply(picture, WIDTH, HEIGHT, 3, 5)).isEqualTo(once);
        assertThat(picture).isEqualTo(untouched);
    }

    @ParameterizedTest
    @EnumSource(names = {"NOISE", "OCCLUDE", "SHIFT"})
    void anotherSeedGivesAnotherPlaceOrNoise(Distortion distortion) {
        byte[] once = distortion.apply(picture, WIDTH, HEIGHT, 3, 5);

        assertThat(Arrays.equals(once, distortion.apply(picture, WIDTH, HEIGHT, 3, 6)))
                .isFalse();
    }

    @Test
    void aBlurLeavesAFlatPictureFlat() {
        byte[] flat = new byte[WIDTH * HEIGHT * 3];
        Arrays.fill(flat, (byte) 200);

        assertThat(Distortion.BLUR.apply(flat, WIDTH, HEIGHT, 5, 0)).isEqualTo(flat);
    }

    @Test
    void pixelsOfOneSquareAreOneColourAndKeepItsMean() {
        byte[] squares = Distortion.PIXELATE.apply(picture, WIDTH, HEIGHT, 2, 0);

        int sum = 0;
        for (int y = 4; y < 8; y++) {
            for (int x = 8; x < 12; x++) {
                assertThat(squares[(y * WIDTH + x) * 3]).isEqualTo(squares[(4 * WIDTH + 8) * 3]);
                sum += picture[(y * WIDTH + x) * 3] & 0xFF;
            }
        }
        assertThat(squares[(4 * WIDTH + 8) * 3] & 0xFF).isEqualTo(Math.round(sum / 16f));
    }

    @Test
    void aShiftRepeatsTheEdgeThatItUncovers() {
        byte[] moved =
                new DistortionCanvas(WIDTH, HEIGHT, picture).shifted(3, 0).pixels();

        for (int x = 0; x < 3; x++) {
            assertThat(moved[x * 3]).isEqualTo(picture[0]);
        }
        assertThat(moved[10 * 3 + 1]).isEqualTo(picture[7 * 3 + 1]);
    }

    @Test
    void aSeverityThatThereIsNotIsNamed() {
        assertThatThrownBy(() -> Distortion.BLUR.apply(picture, WIDTH, HEIGHT, 6, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6")
                .hasMessageContaining("[1, 5]");
    }

    private double distance(byte[] other) {
        double squares = 0;
        for (int i = 0; i < picture.length; i++) {
            double difference = (picture[i] & 0xFF) - (other[i] & 0xFF);
            squares += difference * difference;
        }
        return squares;
    }
}

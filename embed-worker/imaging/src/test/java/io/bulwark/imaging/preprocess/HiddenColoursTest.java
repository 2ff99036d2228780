package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenColoursTest {

    private static final int SIDE = 64;

    private final Preprocessor squash =
            Preprocessor.moderation(PreprocessSpec.unit(32, Interpolation.BILINEAR), ViewPolicy.SQUASH);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 128})
    void aPictureUnderLowAlphaIsSeenAsADecoderThatDropsAlphaSeesIt(int alpha) {
        byte[] rgba = photo(alpha);
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = rgba[i / 3 * 4 + i % 3];
        }

        List<View> views = squash.views(still(Mode.RGBA, rgba));

        assertThat(names(views)).containsExactly("whole/white", "whole/black", "whole/opaque");
        assertThat(views.get(2).pixels())
                .isEqualTo(squash.views(still(Mode.RGB, rgb)).get(0).pixels());
    }

    @Test
    void blackAndWhiteUnderNoAlphaIsSeenThoughEachPixelIsInOneOfTheOtherViews() {
        byte[] rgba = new byte[SIDE * SIDE * 4];
        for (int i = 0; i < rgba.length; i += 4) {
            if (i / 4 % SIDE < SIDE / 2) {
                rgba[i] = -1;
                rgba[i + 1] = -1;
                rgba[i + 2] = -1;
            }
        }

        assertThat(names(squash.views(still(Mode.RGBA, rgba)))).contains("whole/opaque");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 255})
    void aLogoOverTransparentBlackOrWhiteHidesNothing(int ground) {
        byte[] rgba = new byte[SIDE * SIDE * 4];
        for (int i = 0; i < rgba.length; i += 4) {
            boolean logo = i / 4 % SIDE > 20 && i / 4 % SIDE < 40;
            rgba[i] = (byte) (logo ? 200 : ground);
            rgba[i + 1] = (byte) (logo ? 30 : ground);
            rgba[i + 2] = (byte) (logo ? 30 : ground);
            rgba[i + 3] = (byte) (logo ? 255 : 0);
        }

        assertThat(names(squash.views(still(Mode.RGBA, rgba)))).containsExactly("whole/white", "whole/black");
    }

    @Test
    void whatIsAlmostOpaqueHidesNothing() {
        assertThat(names(squash.views(still(Mode.RGBA, photo(240))))).containsExactly("whole/white", "whole/black");
    }

    @Test
    void oneHiddenPixelIn256IsEnoughAndOpaqueOnesAroundItTakeNothingAway() {
        byte[] rgba = new byte[SIDE * SIDE * 4];
        Random random = new Random(1);
        random.nextBytes(rgba);
        for (int i = 3; i < rgba.length; i += 4) {
            rgba[i] = -1;
        }
        int enough = SIDE * SIDE / HiddenColours.ONE_IN;
        for (int pixel = 0; pixel < enough; pixel++) {
            int at = 4 * pixel * 50;
            rgba[at] = 127;
            rgba[at + 1] = 127;
            rgba[at + 2] = 127;
            rgba[at + 3] = 0;
        }
        Raster raster = new Raster(Mode.RGBA, SIDE, SIDE, rgba, new byte[0], 1);

        assertThat(HiddenColours.in(raster, List.of(Area.of(SIDE, SIDE)))).containsExactly(true);
        rgba[3] = -1;
        assertThat(HiddenColours.in(raster, List.of(Area.of(SIDE, SIDE)))).containsExactly(false);
    }

    @Test
    void eachPartOfAPictureIsAskedForItself() {
        byte[] rgba = photo(255);
        for (int y = 0; y < SIDE; y++) {
            for (int x = SIDE / 2; x < SIDE; x++) {
                rgba[(y * SIDE + x) * 4 + 3] = 0;
            }
        }
        Raster raster = new Raster(Mode.RGBA, SIDE, SIDE, rgba, new byte[0], 1);

        assertThat(HiddenColours.in(
                        raster, List.of(new Area(0, 0, SIDE / 2, SIDE), new Area(SIDE / 2, 10, SIDE / 2, 20))))
                .containsExactly(false, true);
    }

    @Test
    void palettesAndGraysHideAsWell() {
        byte[] indices = new byte[SIDE * SIDE];
        byte[] grays = new byte[2 * SIDE * SIDE];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = (byte) (i % 7 % 3);
            grays[2 * i] = (byte) (i % 255);
        }
        byte[] palette = {(byte) 250, 0, 0, 0, 0, (byte) 250, 0, 0, 90, 90, 90, 5};

        assertThat(names(squash.views(Decoded.still("png", new Raster(Mode.P, SIDE, SIDE, indices, palette, 1)))))
                .contains("whole/opaque");
        assertThat(names(squash.views(still(Mode.LA, grays)))).contains("whole/opaque");
    }

    private static byte[] photo(int alpha) {
        byte[] rgba = new byte[SIDE * SIDE * 4];
        new Random(7).nextBytes(rgba);
        for (int i = 3; i < rgba.length; i += 4) {
            rgba[i] = (byte) alpha;
        }
        return rgba;
    }

    private static Decoded still(Mode mode, byte[] samples) {
        return Decoded.still("png", new Raster(mode, SIDE, SIDE, samples, new byte[0], 1));
    }

    private static List<String> names(List<View> views) {
        return views.stream().map(View::name).toList();
    }
}

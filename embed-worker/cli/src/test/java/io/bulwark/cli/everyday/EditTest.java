package io.bulwark.cli.everyday;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EditTest {

    private static final int WIDTH = 300;
    private static final int HEIGHT = 200;

    private final UprightPicture picture = Scenes.quarters(WIDTH, HEIGHT);
    private final Surroundings around = Scenes.surroundings(5);

    @ParameterizedTest
    @EnumSource
    void theSamePictureAndSurroundingsGiveTheSameFileAndThePictureIsLeftAlone(Edit edit) {
        byte[] untouched = picture.rgb().clone();

        byte[] once = edit.upload(picture, around);

        assertThat(edit.upload(picture, Scenes.surroundings(5))).isEqualTo(once);
        assertThat(picture.rgb()).isEqualTo(untouched);
    }

    @ParameterizedTest
    @EnumSource
    void everyEditIsAFileThatTheDecoderTakesWhateverThePicturesShape(Edit edit) {
        for (int[] size : new int[][] {{1, 1}, {7, 3}, {4000, 5}, {2, 900}, {1500, 1100}}) {
            UprightPicture seen = decoded(edit.upload(Scenes.quarters(size[0], size[1]), around));

            assertThat(Math.max(seen.width(), seen.height()))
                    .as("%s of %dx%d", edit, size[0], size[1])
                    .isBetween(1, 2 * Edit.LONGEST_SIDE);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"CROP", "TEXT", "COLLAGE", "FRAME", "CORNER", "INSET", "TILTED"},
            mode = EnumSource.Mode.INCLUDE)
    void chanceIsThatOfTheFile(Edit edit) {
        Set<Integer> files = new TreeSet<>();
        for (int seed = 0; seed < 20; seed++) {
            files.add(Arrays.hashCode(edit.upload(picture, Scenes.surroundings(seed))));
        }
        assertThat(files).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"JPEG_50", "JPEG_20", "TEXT", "MIRRORED", "GREY", "BLURRED", "INVERTED", "WARM"})
    void filtersAndWritingKeepTheSize(Edit edit) {
        UprightPicture seen = edited(edit);

        assertThat(seen.width()).isEqualTo(WIDTH);
        assertThat(seen.height()).isEqualTo(HEIGHT);
    }

    @Test
    void recompressionChangesEveryPartALittleAndALowerQualityMore() {
        UprightPicture noisy = Scenes.noisy(WIDTH, HEIGHT);
        double mediocre = Scenes.distance(noisy, decoded(Edit.JPEG_50.upload(noisy, around)));
        double bad = Scenes.distance(noisy, decoded(Edit.JPEG_20.upload(noisy, around)));

        assertThat(mediocre).isBetween(1.0, bad);
        assertThat(bad).isLessThan(40);
    }

    @Test
    void resizingGivesHalfTheSidesOrAThumbnailButNeverALargerPicture() {
        assertThat(edited(Edit.HALF_SIZE)).matches(seen -> seen.width() == 150 && seen.height() == 100);
        assertThat(edited(Edit.THUMBNAIL)).matches(seen -> seen.width() == 160 && seen.height() == 107);
        assertThat(decoded(Edit.THUMBNAIL.upload(Scenes.quarters(80, 40), around)))
                .matches(seen -> seen.width() == 80 && seen.height() == 40);
    }

    @Test
    void aCropKeepsOneCornerWhole() {
        UprightPicture seen = edited(Edit.CROP);

        assertThat(seen.width()).isEqualTo(210);
        assertThat(seen.height()).isEqualTo(140);
        // The quarter that is kept whole fills 150x100 of it: 150/210 and 100/140 of the sides.
        assertThat(Scenes.QUARTERS.stream()
                        .mapToDouble(colour -> Scenes.share(seen, colour, 60))
                        .max()
                        .orElseThrow())
                .isCloseTo(150.0 / 210 * 100 / 140, within(0.03));
    }

    @Test
    void aPictureOnAnotherTakesASixthOfIt() {
        UprightPicture seen = edited(Edit.INSET);

        assertThat(seen.width()).isEqualTo(WIDTH);
        assertThat(seen.height()).isEqualTo(HEIGHT);
        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(seen, colour, 60)).isCloseTo(0.16 / 4, within(0.01));
        }
    }

    @Test
    void textCoversPartOfThePictureInWhiteAndBlack() {
        UprightPicture seen = Caption.over(Scenes.quarters(900, 600), around);

        assertThat(Scenes.share(seen, 0xFFFFFF, 0)).isBetween(0.03, 0.15);
        assertThat(Scenes.share(seen, 0x000000, 0)).isBetween(0.02, 0.15);
        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(seen, colour, 0)).isBetween(0.15, 0.24);
        }
    }

    @Test
    void aLineIsCentredAndFitsIntoANarrowPicture() {
        UprightPicture seen = Caption.over(new Sheet(60, 400, 0x808080).picture(), around);

        assertThat(Scenes.share(Sizes.cut(seen, 0, 0, 2, 400), 0x808080, 0)).isEqualTo(1.0);
        assertThat(Scenes.share(Sizes.cut(seen, 58, 0, 2, 400), 0x808080, 0)).isEqualTo(1.0);
        assertThat(Scenes.share(seen, 0x808080, 0)).isLessThan(0.97);
    }

    @Test
    void aCollageShowsThePictureWholeInAQuarterOfItsAreaAndThreeOthers() {
        UprightPicture seen = edited(Edit.COLLAGE);

        assertThat(seen.width()).isEqualTo(2 * WIDTH);
        assertThat(seen.height()).isEqualTo(2 * HEIGHT);
        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(seen, colour, 60)).isCloseTo(1.0 / 16, within(0.01));
        }
        assertThat(Scenes.OTHERS.stream()
                        .filter(colour -> Scenes.share(seen, colour, 30) > 0.24)
                        .count())
                .isEqualTo(3);
    }

    @Test
    void aFrameLeavesThePictureUntouchedInTheMiddle() {
        UprightPicture seen = edited(Edit.FRAME);

        assertThat(seen.width()).isEqualTo(500);
        assertThat(seen.height()).isEqualTo(334);
        assertThat(Sizes.cut(seen, 100, 67, WIDTH, HEIGHT).rgb()).isEqualTo(picture.rgb());
        assertThat(Sizes.cut(seen, 0, 0, 500, 67).rgb()).containsOnly(seen.rgb()[0], seen.rgb()[1], seen.rgb()[2]);
    }

    @Test
    void inACornerThePictureTakesNinePercentOfTheArea() {
        UprightPicture seen = edited(Edit.CORNER);

        assertThat(seen.width()).isEqualTo(1000);
        assertThat(seen.height()).isEqualTo(667);
        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(seen, colour, 0)).isCloseTo(0.09 / 4, within(0.002));
        }
        double middle = Scenes.share(Sizes.cut(seen, 400, 250, 200, 167), seen.rgb(), 0);
        assertThat(middle).isEqualTo(1.0);
    }

    @Test
    void aTiltHoldsAllOfThePicture() {
        UprightPicture seen = edited(Edit.TILTED);

        assertThat(seen.width()).isEqualTo(351);
        assertThat(seen.height()).isEqualTo(291);
        double area = 4 * Scenes.share(seen, Scenes.QUARTERS.get(0), 60) * 351 * 291;
        assertThat(area).isCloseTo(WIDTH * HEIGHT, within(0.03 * WIDTH * HEIGHT));
    }

    @Test
    void aQuarterTurnIsClockwiseAndTheMirrorExchangesLeftAndRight() {
        UprightPicture turned = edited(Edit.QUARTER_TURN);
        UprightPicture mirrored = edited(Edit.MIRRORED);

        assertThat(turned.width()).isEqualTo(HEIGHT);
        assertThat(turned.height()).isEqualTo(WIDTH);
        int topLeft = Scenes.QUARTERS.get(0);
        assertThat(Scenes.share(Sizes.cut(turned, 110, 0, 80, 140), topLeft, 30))
                .isEqualTo(1.0);
        assertThat(Scenes.share(Sizes.cut(mirrored, 160, 0, 140, 90), topLeft, 30))
                .isEqualTo(1.0);
    }

    @Test
    void greyHasNoColourAndInvertedColoursAreInverse() {
        UprightPicture grey = Filter.grey(picture);
        UprightPicture twice = Filter.inverted(Filter.inverted(picture));

        assertThat(grey.rgb()[0]).isEqualTo(grey.rgb()[1]).isEqualTo(grey.rgb()[2]);
        assertThat(twice.rgb()).isEqualTo(picture.rgb());
        assertThat(Filter.inverted(picture).rgb()[0] & 0xFF).isEqualTo(255 - (picture.rgb()[0] & 0xFF));
    }

    @Test
    void warmthRaisesRedAndLowersBlue() {
        UprightPicture plain = new Sheet(4, 4, 0x808080).picture();

        assertThat(Filter.warm(plain).rgb()).startsWith((byte) 148, (byte) 128, (byte) 108);
    }

    @Test
    void aBlurKeepsAPlainPictureAndSpreadsAnEdge() {
        UprightPicture plain = new Sheet(50, 40, 0x4080C0).picture();
        UprightPicture blurred = Filter.blurred(Scenes.quarters(600, 400));

        assertThat(Filter.blurred(plain).rgb()).isEqualTo(plain.rgb());
        // A standard deviation of four pixels: the step between the upper quarters spreads over some twenty.
        long between = Arrays.stream(new int[] {-8, -4, -2, 0, 2, 4, 8})
                .map(offset -> blurred.rgb()[(100 * 600 + 300 + offset) * 3] & 0xFF)
                .filter(red -> red > 20 && red < 200)
                .count();
        assertThat(between).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aLargePictureIsShrunkBeforeItIsEdited() {
        assertThat(decoded(Edit.GREY.upload(Scenes.quarters(3000, 1500), around)))
                .matches(seen -> seen.width() == 1024 && seen.height() == 512);
    }

    @Test
    void theNameIsThatOfFields() {
        assertThat(Edit.HALF_SIZE).hasToString("half-size");
    }

    private UprightPicture edited(Edit edit) {
        return decoded(edit.upload(picture, around));
    }

    private static UprightPicture decoded(byte[] file) {
        Decoded decoded = (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        return UprightPicture.of(decoded.frames().get(0));
    }
}

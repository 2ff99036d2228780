package io.bulwark.cli.everyday;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.everyday.Warp.Tilt;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.Arrays;
import java.util.List;
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
            names = {
                "CROP",
                "TEXT",
                "COLLAGE",
                "FRAME",
                "CORNER",
                "INSET",
                "SMALL_INSET",
                "ON_NOISE",
                "ON_WOOD",
                "IN_CHAT",
                "ROUNDED",
                "SHADOWED",
                "SIDE_BY_SIDE",
                "CIRCLE",
                "STICKERS",
                "PHOTOGRAPHED",
                "TURNED",
                "TURNED_CROPPED",
                "TILTED"
            },
            mode = EnumSource.Mode.INCLUDE)
    void chanceIsThatOfTheFile(Edit edit) {
        Set<Integer> files = new TreeSet<>();
        for (int seed = 0; seed < 20; seed++) {
            files.add(Arrays.hashCode(edit.upload(picture, Scenes.surroundings(seed))));
        }
        assertThat(files).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "JPEG_50",
                "JPEG_20",
                "TEXT",
                "SMALL_INSET",
                "ON_NOISE",
                "ON_WOOD",
                "ROUNDED",
                "SHADOWED",
                "STICKERS",
                "MIRRORED",
                "GREY",
                "BLURRED",
                "INVERTED",
                "CONTRAST",
                "WARM"
            })
    void filtersWritingAndGroundsKeepTheSize(Edit edit) {
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
    void aQuarterOfTheSidesIsASixteenthOfTheArea() {
        UprightPicture seen = edited(Edit.SMALL_INSET);

        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(seen, colour, 60)).isCloseTo(1.0 / 64, within(0.005));
        }
    }

    @Test
    void onWoodOrAnotherPictureItTakesAQuarterToThreeFifthsOfTheSides() {
        for (int seed = 0; seed < 10; seed++) {
            for (Edit edit : new Edit[] {Edit.ON_WOOD, Edit.ROUNDED, Edit.SHADOWED}) {
                UprightPicture seen = decoded(edit.upload(picture, Scenes.surroundings(seed)));

                for (int colour : Scenes.QUARTERS) {
                    assertThat(Scenes.share(seen, colour, 60))
                            .as("%s %d", edit, seed)
                            .isBetween(0.9 * 0.0625 / 4, 1.1 * 0.36 / 4);
                }
            }
        }
    }

    @Test
    void noiseHasAllLevelsAndLeavesThePictureUntouched() {
        UprightPicture seen = Inset.onNoise(picture, around.random("ON_NOISE"));

        assertThat(Scenes.share(seen, Scenes.QUARTERS.get(0), 0)).isBetween(0.0625 / 4, 0.36 / 4);
        int[] levels = new int[256];
        for (byte level : seen.rgb()) {
            levels[level & 0xFF]++;
        }
        assertThat(Arrays.stream(levels).filter(count -> count > 0).count()).isGreaterThan(200);
    }

    @Test
    void woodIsBrownAndItsPlanksHaveAGrain() {
        UprightPicture small = new UprightPicture(WIDTH, HEIGHT, new byte[3 * WIDTH * HEIGHT]);
        UprightPicture seen = Inset.onWood(small, around.random("ON_WOOD"));

        Set<Integer> reds = new TreeSet<>();
        for (int i = 0; i < seen.rgb().length; i += 3) {
            int red = seen.rgb()[i] & 0xFF;
            assertThat(seen.rgb()[i + 1] & 0xFF).isEqualTo(red * 3 / 4);
            assertThat(seen.rgb()[i + 2] & 0xFF).isEqualTo(red / 2);
            reds.add(red);
        }
        assertThat(reds).hasSizeGreaterThan(20);
    }

    @Test
    void roundCornersShowTheGround() {
        UprightPicture plain = new Sheet(100, 80, 0x00FF00).picture();
        UprightPicture seen = Inset.roundedOn(new Sheet(100, 80, 0).picture(), plain, 0, 0, 20);

        assertThat(Scenes.share(Sizes.cut(seen, 0, 0, 3, 3), 0, 0)).isEqualTo(1.0);
        assertThat(Scenes.share(Sizes.cut(seen, 97, 77, 3, 3), 0, 0)).isEqualTo(1.0);
        assertThat(Scenes.share(Sizes.cut(seen, 20, 0, 60, 80), 0x00FF00, 0)).isEqualTo(1.0);
        // The corners lack (4 - pi) times the square of the radius.
        assertThat(Scenes.share(seen, 0, 60)).isCloseTo((4 - Math.PI) * 400 / 8000, within(0.006));
    }

    @Test
    void aShadowDarkensTheGroundToTheLowerRightOnly() {
        UprightPicture white = new Sheet(WIDTH, HEIGHT, 0xFFFFFF).picture();
        UprightPicture black = new Sheet(WIDTH, HEIGHT, 0).picture();
        UprightPicture seen = Inset.shadowed(black, List.of(white, white, white), around.random("SHADOWED"));
        int first = firstDark(seen);
        int left = first % WIDTH;
        int top = first / WIDTH;

        double shaded = 1 - Scenes.share(seen, 0, 0) - Scenes.share(seen, 0xFFFFFF, 0);
        assertThat(shaded).isBetween(0.003, 0.1);
        if (left > 0) {
            assertThat(Scenes.share(Sizes.cut(seen, 0, 0, left, HEIGHT), 0xFFFFFF, 0))
                    .isEqualTo(1.0);
        }
        if (top > 0) {
            assertThat(Scenes.share(Sizes.cut(seen, 0, 0, WIDTH, top), 0xFFFFFF, 0))
                    .isEqualTo(1.0);
        }
    }

    private static int firstDark(UprightPicture seen) {
        int pixel = 0;
        while (seen.rgb()[3 * pixel] != 0) {
            pixel++;
        }
        return pixel;
    }

    @Test
    void aChatShowsThePictureWholeBetweenMessages() {
        for (int seed = 0; seed < 10; seed++) {
            UprightPicture seen = decoded(Edit.IN_CHAT.upload(picture, Scenes.surroundings(seed)));

            assertThat(seen.width()).isEqualTo(540);
            assertThat(seen.height()).isEqualTo(960);
            double least = 0.45 * 540 * 0.45 * 540 * HEIGHT / WIDTH / (540 * 960) / 4;
            for (int colour : Scenes.QUARTERS) {
                assertThat(Scenes.share(seen, colour, 30)).isBetween(0.95 * least, 3 * least);
            }
        }
    }

    @Test
    void besideAnotherThePictureIsHalfOfIt() {
        UprightPicture seen = edited(Edit.SIDE_BY_SIDE);

        assertThat(seen.width()).isEqualTo(2 * WIDTH);
        assertThat(seen.height()).isEqualTo(HEIGHT);
        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(seen, colour, 60)).isCloseTo(1.0 / 8, within(0.01));
        }
        assertThat(Scenes.OTHERS.stream()
                        .filter(colour -> Scenes.share(seen, colour, 30) > 0.48)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aCircleHasTheMiddleOfThePicture() {
        UprightPicture seen = edited(Edit.CIRCLE);

        assertThat(seen.width()).isEqualTo(HEIGHT);
        assertThat(seen.height()).isEqualTo(HEIGHT);
        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(seen, colour, 0)).isCloseTo(Math.PI / 16, within(0.01));
        }
        byte[] corner = seen.rgb();
        assertThat(Scenes.share(Sizes.cut(seen, 0, 0, 25, 25), corner, 0)).isEqualTo(1.0);
        assertThat(Scenes.share(Sizes.cut(seen, 175, 175, 25, 25), corner, 0)).isEqualTo(1.0);
    }

    @Test
    void stickersCoverAPartInYellow() {
        UprightPicture grey = new Sheet(WIDTH, HEIGHT, 0x808080).picture();
        for (int seed = 0; seed < 10; seed++) {
            UprightPicture seen =
                    Drawing.stickered(grey, Scenes.surroundings(seed).random("STICKERS"));

            assertThat(Scenes.share(seen, 0xFFCC32, 0)).isBetween(0.01, 0.3);
            assertThat(Scenes.share(seen, 0x808080, 0)).isGreaterThan(0.6);
        }
    }

    @Test
    void aPhotographOfAScreenHasItsBezelStripesAndGlare() {
        UprightPicture grey = new Sheet(600, 400, 0x808080).picture();
        for (int seed = 0; seed < 10; seed++) {
            UprightPicture seen =
                    Screen.photographed(grey, Scenes.surroundings(seed).random("PHOTOGRAPHED"));

            assertThat(seen.width()).isEqualTo(660);
            assertThat(seen.height()).isEqualTo(440);
            int darkest = 255;
            int brightest = 0;
            int colourful = 0;
            for (int i = 0; i < seen.rgb().length; i += 3) {
                darkest = Math.min(darkest, seen.rgb()[i] & 0xFF);
                brightest = Math.max(brightest, seen.rgb()[i] & 0xFF);
                colourful += Math.abs((seen.rgb()[i] & 0xFF) - (seen.rgb()[i + 1] & 0xFF)) > 5 ? 1 : 0;
            }
            assertThat(darkest).isBetween(18, 60);
            assertThat(brightest).isGreaterThan(200);
            // Stripes of the channels do not lie upon each other.
            assertThat(colourful).isGreaterThan(600 * 400 / 4);
        }
    }

    @Test
    void turnedByHalfARightAngleAllOfItIsThereAndCroppedNoneOfTheGround() {
        UprightPicture turned = edited(Edit.TURNED);
        UprightPicture white = new Sheet(WIDTH, HEIGHT, 0xFFFFFF).picture();

        assertThat(turned.width()).isEqualTo(354);
        assertThat(turned.height()).isEqualTo(354);
        for (int colour : Scenes.QUARTERS) {
            assertThat(Scenes.share(turned, colour, 60) * 354 * 354)
                    .isCloseTo(WIDTH * HEIGHT / 4.0, within(0.03 * WIDTH * HEIGHT));
        }
        for (double degrees : new double[] {-45, -20, -10, 0, 10, 30, 45}) {
            UprightPicture cropped = Tilt.cropped(white, degrees);

            assertThat(Scenes.share(cropped, 0xFFFFFF, 0)).as("%s", degrees).isEqualTo(1.0);
            assertThat((double) cropped.width() / cropped.height()).isCloseTo(1.5, within(0.05));
        }
        // 300 times sqrt(2) / 2.5, less a margin.
        assertThat(Tilt.cropped(white, 45).width()).isBetween(160, 169);
        assertThat(Tilt.cropped(white, 10).width()).isGreaterThan(230);
    }

    @Test
    void highContrastDrivesLevelsApartFromTheMiddle() {
        UprightPicture plain = new Sheet(4, 4, 0x608090).picture();

        assertThat(Filter.contrast(plain, 2.5).rgb()).startsWith((byte) 48, (byte) 128, (byte) 168);
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

package io.bulwark.cli.everyday;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.EverydayVariants.Kind;
import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EverydayVariantsTest {

    private static final int WIDTH = 300;
    private static final int HEIGHT = 200;

    private final UprightPicture picture = Scenes.quarters(WIDTH, HEIGHT);
    private final EverydayVariants variants =
            new EverydayVariants(Scenes.surroundings(0).others());

    @Test
    void whatNeitherTrainingNorBanksSeeAreFreeAnglesBlurCompressionFiltersAndSizes() {
        assertThat(Stream.of(Edit.values()).filter(edit -> !edit.isTaught()))
                .containsExactly(
                        Edit.JPEG_50,
                        Edit.JPEG_20,
                        Edit.HALF_SIZE,
                        Edit.THUMBNAIL,
                        Edit.INSET,
                        Edit.SMALL_INSET,
                        Edit.ON_NOISE,
                        Edit.ON_WOOD,
                        Edit.IN_CHAT,
                        Edit.ROUNDED,
                        Edit.SHADOWED,
                        Edit.SIDE_BY_SIDE,
                        Edit.CIRCLE,
                        Edit.STICKERS,
                        Edit.PHOTOGRAPHED,
                        Edit.TURNED,
                        Edit.TURNED_CROPPED,
                        Edit.TILTED,
                        Edit.BLURRED,
                        Edit.CONTRAST,
                        Edit.WARM);
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameVersionAndThePictureIsLeftAlone(Kind kind) {
        byte[] untouched = picture.rgb().clone();

        UprightPicture once = variants.draw(kind, picture, 7).picture();

        assertThat(variants.draw(kind, picture, 7).picture().rgb()).isEqualTo(once.rgb());
        assertThat(picture.rgb()).isEqualTo(untouched);
    }

    @ParameterizedTest
    @EnumSource
    void everyShapeHasAVersion(Kind kind) {
        for (int[] size : new int[][] {{1, 1}, {7, 3}, {4000, 5}, {2, 900}, {1500, 1100}}) {
            UprightPicture seen =
                    variants.draw(kind, Scenes.quarters(size[0], size[1]), 1).picture();

            assertThat(Math.max(seen.width(), seen.height()))
                    .as("%s of %dx%d", kind, size[0], size[1])
                    .isBetween(1, 2 * Edit.LONGEST_SIDE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BORDER", "TEXT", "COLLAGE", "CORNER", "CROP"})
    void strengthsAndPlacesAreDrawnForEachSeed(Kind kind) {
        TreeSet<Integer> seen = new TreeSet<>();
        for (int seed = 0; seed < 20; seed++) {
            seen.add(
                    Arrays.hashCode(variants.draw(kind, picture, seed).picture().rgb()));
        }
        assertThat(seen).hasSizeGreaterThan(15);
    }

    @Test
    void everyKindIsDrawnAboutAsOften() {
        Map<Kind, Integer> drawn = new EnumMap<>(Kind.class);
        UprightPicture small = Scenes.quarters(12, 8);
        for (int seed = 0; seed < 9000; seed++) {
            drawn.merge(variants.draw(small, seed).kind(), 1, Integer::sum);
        }
        assertThat(drawn).hasSize(Kind.values().length);
        assertThat(drawn.values()).allSatisfy(times -> assertThat(times).isBetween(850, 1150));
    }

    @Test
    void withTooFewOtherPicturesThereAreNoCollages() {
        EverydayVariants alone = new EverydayVariants(List.of(picture, picture));

        assertThat(alone.kinds()).hasSize(Kind.values().length - 1).doesNotContain(Kind.COLLAGE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> alone.draw(Kind.COLLAGE, picture, 1))
                .withMessageContaining("2 other pictures")
                .withMessageContaining("needed are 3");
    }

    @Test
    void aBorderIsPlainAndFiveToFiftyPercentWide() {
        for (int seed = 0; seed < 30; seed++) {
            UprightPicture seen = variants.draw(Kind.BORDER, picture, seed).picture();
            int across = (seen.width() - WIDTH) / 2;
            int down = (seen.height() - HEIGHT) / 2;

            assertThat(across).isBetween(15, 150);
            assertThat((double) down / HEIGHT).isCloseTo((double) across / WIDTH, within(0.01));
            assertThat(Sizes.cut(seen, across, down, WIDTH, HEIGHT).rgb()).isEqualTo(picture.rgb());
            assertThat(Scenes.share(Sizes.cut(seen, 0, 0, seen.width(), down), seen.rgb(), 0))
                    .isEqualTo(1.0);
        }
    }

    @Test
    void inACornerThePictureTakesTwentyToFortyFivePercentOfEachSide() {
        for (int seed = 0; seed < 30; seed++) {
            UprightPicture seen = variants.draw(Kind.CORNER, picture, seed).picture();
            double shown = Scenes.QUARTERS.stream()
                    .mapToDouble(colour -> Scenes.share(seen, colour, 0))
                    .sum();

            assertThat(Math.sqrt(shown)).isBetween(0.19, 0.46);
        }
    }

    @Test
    void textIsLightOrDarkAndLeavesMostOfThePicture() {
        TreeSet<String> inks = new TreeSet<>();
        for (int seed = 0; seed < 20; seed++) {
            UprightPicture seen =
                    variants.draw(Kind.TEXT, Scenes.quarters(900, 600), seed).picture();
            inks.add(Scenes.share(seen, 0xFFFFFF, 0) > Scenes.share(seen, 0x000000, 0) ? "light" : "dark");
            double left = Scenes.QUARTERS.stream()
                    .mapToDouble(colour -> Scenes.share(seen, colour, 0))
                    .sum();

            assertThat(left).isBetween(0.5, 0.99);
        }
        assertThat(inks).containsExactly("dark", "light");
    }

    @Test
    void aCropKeepsSixtyToNinetyPercentOfEachSide() {
        for (int seed = 0; seed < 30; seed++) {
            UprightPicture seen = variants.draw(Kind.CROP, picture, seed).picture();

            assertThat(seen.width()).isBetween(180, 270);
            assertThat(seen.height()).isBetween(120, 180);
        }
    }

    @Test
    void quarterTurnsGoBothWays() {
        TreeSet<Integer> firstBytes = new TreeSet<>();
        for (int seed = 0; seed < 20; seed++) {
            UprightPicture seen =
                    variants.draw(Kind.QUARTER_TURN, picture, seed).picture();
            assertThat(seen).matches(turned -> turned.width() == HEIGHT && turned.height() == WIDTH);
            firstBytes.add(Arrays.hashCode(Arrays.copyOf(seen.rgb(), 3)));
        }
        assertThat(firstBytes).hasSize(2);
    }

    @Test
    void aLargePictureIsShrunkFirst() {
        assertThat(variants.draw(Kind.GREY, Scenes.quarters(3000, 1500), 1).picture())
                .matches(seen -> seen.width() == 1024 && seen.height() == 512);
    }

    @Test
    void theNameIsThatOfFields() {
        assertThat(Kind.QUARTER_TURN).hasToString("quarter-turn");
    }
}

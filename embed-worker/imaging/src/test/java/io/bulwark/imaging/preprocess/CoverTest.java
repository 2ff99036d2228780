package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverTest {

    /** The smallest input of an encoder that is shipped. */
    private static final PreprocessSpec SMALL = PreprocessSpec.unit(128, Interpolation.BILINEAR);

    private static final int DETAIL_FROM = 640;

    @Property(tries = 2000)
    void whateverIsATenthOfTheSidesOfALargePictureIsWholeInOneViewAt32Pixels(
            @ForAll @IntRange(min = DETAIL_FROM, max = 9000) int width,
            @ForAll @IntRange(min = DETAIL_FROM, max = 9000) int height,
            @ForAll @IntRange(min = 0, max = 1000) int right,
            @ForAll @IntRange(min = 0, max = 1000) int down) {
        List<Look> looks = looks(width, height, 12);
        Rect region = new Rect(
                (int) ((width - width / 10L) * right / 1000),
                (int) ((height - height / 10L) * down / 1000),
                width / 10,
                height / 10);

        assertThat(looks).hasSizeLessThanOrEqualTo(13);
        if (looks.stream().anyMatch(look -> View.isCoarse(look.name()))) {
            assertThat(5 * Math.max(width, height)).isGreaterThanOrEqualTo(13 * Math.min(width, height));
        } else {
            assertThat(looks).anyMatch(look -> shows(look, region));
        }
    }

    private static boolean shows(Look look, Rect region) {
        Rect box = look.box();
        // A tenth is rounded down and a tile up, by a pixel of hundreds each.
        double across = 128.0 * (region.width() + 1) / box.width();
        double down = 128.0 * (region.height() + 1) / box.height();
        return box.x() <= region.x()
                && box.y() <= region.y()
                && box.x() + box.width() >= region.x() + region.width()
                && box.y() + box.height() >= region.y() + region.height()
                && across >= 32
                && down >= 32;
    }

    @ParameterizedTest
    @CsvSource({
        "639, 5000, whole tile, 11",
        "1280, 960, whole detail, 10",
        "1080, 1920, whole tile detail, 12",
        "1080, 2340, whole tile detail, 13",
        "1660, 640, whole tile detail, 13",
        "1680, 640, whole coarse, 5",
        "320, 240, whole, 1",
        "980, 100, whole tile, 13",
        "1470, 100, whole tile, 13",
        "1471, 100, whole coarse, 13"
    })
    void aPictureThatWouldTakeMoreTilesThanThereMayBeIsCoarse(int width, int height, String kinds, int views) {
        List<Look> looks = looks(width, height, 12);

        assertThat(looks.stream()
                        .map(look -> look.name().replaceAll("-\\d+", ""))
                        .distinct())
                .containsExactly(kinds.split(" "));
        assertThat(looks).hasSize(views);
    }

    @Test
    void moreTilesSeeLongerStripsInDetail() {
        assertThat(looks(4000, 1000, 12)).noneMatch(look -> look.name().startsWith("detail"));
        assertThat(looks(4000, 1000, 14))
                .anyMatch(look -> look.name().equals("detail-9"))
                .noneMatch(look -> View.isCoarse(look.name()));
    }

    @Test
    void detailsAreInReadingOrderAndReachTheEdges() {
        List<Look> looks = looks(1000, 700, 12);

        assertThat(looks.get(1).box()).isEqualTo(new Rect(0, 0, 400, 280));
        assertThat(looks.get(2).box()).isEqualTo(new Rect(300, 0, 400, 280));
        assertThat(looks.get(9).box()).isEqualTo(new Rect(600, 420, 400, 280));
    }

    @Test
    void onlyTilesAreCoarseWhateverElseANameSays() {
        assertThat(List.of("coarse-1", "frame-12/coarse-3/white/turn-90", "coarse-12/mirror"))
                .allMatch(View::isCoarse);
        assertThat(List.of("whole", "tile-1", "coarse", "coarse-1.png", "safe/coarse-1", "frame-1/whole"))
                .noneMatch(View::isCoarse);
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> new ModerationOptions(false, false, 8, 4, 640)).hasMessageContaining("9");
        assertThatThrownBy(() -> new ModerationOptions(false, false, 12, 4, 300))
                .hasMessageContaining("320");
        assertThat(new ModerationOptions(false, false, 2, 2, 0).mostViews(9)).isEqualTo(9 * 3 * 3);
        assertThat(new ModerationOptions(true, true, 12, 4, 0).mostViews(1)).isEqualTo(13 * 3 * 5);
    }

    private static List<Look> looks(int width, int height, int maxTiles) {
        return new Cover(width, height, maxTiles, DETAIL_FROM)
                .levels(SMALL).stream().flatMap(List::stream).toList();
    }
}

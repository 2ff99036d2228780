package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.Cover.PlannedView;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.structure.Layout;
import io.bulwark.imaging.structure.Scene;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
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
    void whereAllDetailsAreSeenATenthOfTheSidesIsWholeInOneViewAt32Pixels(
            @ForAll @IntRange(min = DETAIL_FROM, max = 9000) int width,
            @ForAll @IntRange(min = DETAIL_FROM, max = 9000) int height,
            @ForAll @IntRange(min = 0, max = 1000) int right,
            @ForAll @IntRange(min = 0, max = 1000) int down) {
        List<PlannedView> looks = new Cover(width, height, true, 12, DETAIL_FROM, 9)
                .looks(SMALL, List.of(), Layout.NONE, SamplingKey.publicKey());
        Area region = new Area(
                (int) ((width - width / 10L) * right / 1000),
                (int) ((height - height / 10L) * down / 1000),
                width / 10,
                height / 10);

        assertThat(looks).hasSizeLessThanOrEqualTo(14).anyMatch(look -> shows(look, region));
    }

    private static boolean shows(PlannedView look, Area region) {
        Area box = look.box();
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
        "1280, 960, whole middle detail, 4",
        "1080, 1920, whole tile detail, 5",
        "1080, 2340, whole tile detail, 6",
        "9800, 640, whole coarse detail, 13",
        "320, 240, whole middle, 2",
        "320, 291, whole, 1",
        "300, 200, whole middle, 2",
        "301, 200, whole tile, 3",
        "980, 100, whole tile, 13",
        "1470, 100, whole tile, 13",
        "1471, 100, whole coarse, 13"
    })
    void aPictureThatWouldTakeMoreTilesThanThereMayBeIsCoarse(int width, int height, String kinds, int views) {
        List<PlannedView> looks = looks(width, height, Layout.NONE, SamplingKey.publicKey());

        assertThat(kinds(looks)).containsExactly(kinds.split(" "));
        assertThat(looks).hasSize(views);
    }

    @Test
    void contentAndPanelsAreSeenBesidesTheWholeAndDetailsAreThoseOfTheContent() {
        Layout layout = new Layout(
                List.of(new Area(100, 50, 1000, 700), new Area(200, 100, 500, 400)),
                List.of(new Area(300, 200, 200, 200)),
                List.of(),
                false);
        List<PlannedView> looks = looks(1280, 960, layout, SamplingKey.publicKey());

        assertThat(looks.stream().map(PlannedView::name).limit(5))
                .containsExactly("whole", "middle", "content-1", "content-2", "panel-1");
        assertThat(looks.get(1).box()).isEqualTo(new Area(160, 0, 960, 960));
        assertThat(looks.get(2).box()).isEqualTo(new Area(100, 50, 1000, 700));
        assertThat(looks.subList(5, looks.size())).hasSize(2).allSatisfy(detail -> {
            assertThat(detail.name()).matches("detail-[1-9]");
            assertThat(detail.box().width()).isEqualTo(400);
            assertThat(detail.box().x()).isBetween(100, 700);
        });
    }

    @Test
    void theContentOfAStripInASquareFrameIsTiledLikeTheStripItself() {
        Layout layout = layout(List.of(new Area(0, 100, 300, 100)), List.of());

        assertThat(kinds(looks(300, 300, layout, SamplingKey.publicKey()))).containsExactly("whole", "tile", "content");
    }

    @Test
    void aStripTooLongForTheTilesThatAreLeftIsCoarse() {
        Layout layout = layout(List.of(new Area(0, 450, 1600, 100)), List.of());
        List<PlannedView> looks = looks(1600, 1000, layout, SamplingKey.publicKey());

        assertThat(kinds(looks)).containsExactly("whole", "tile", "coarse-content", "detail");
    }

    @Test
    void squeezedContentOfASqueezedPictureHasSeparateTiles() {
        Area content = new Area(0, 180, 1280, 360);
        List<PlannedView> looks = looks(1280, 720, layout(List.of(content), List.of()), SamplingKey.publicKey());

        assertThat(looks.stream().map(PlannedView::name).limit(7))
                .containsExactly("whole", "tile-1", "tile-2", "content-1", "tile-3", "tile-4", "tile-5");
        assertThat(looks.subList(4, 7)).allSatisfy(tile -> {
            assertThat(tile.box().y()).isEqualTo(180);
            assertThat(tile.box().height()).isEqualTo(360);
            assertThat(tile.box().width()).isBetween(360, 540);
        });
        assertThat(looks.get(6).box().x() + looks.get(6).box().width()).isEqualTo(1280);
    }

    @Property(tries = 500)
    void everySqueezedPartHasTilesOrIsCoarse(
            @ForAll @IntRange(min = 100, max = 3000) int width,
            @ForAll @IntRange(min = 100, max = 3000) int height,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Area> panels = IntStream.range(0, random.nextInt(6))
                .mapToObj(i -> new Area(i, i, 48 + random.nextInt(width - 60), 48 + random.nextInt(height - 60)))
                .toList();
        List<PlannedView> looks = looks(
                width, height, layout(panels.stream().limit(1).toList(), panels), key("some deployment's own key"));

        assertThat(looks).hasSizeLessThanOrEqualTo(14);
        assertThat(looks.stream().filter(look -> look.name().matches("(content|panel)-.*")))
                .allMatch(look -> isNearlySquare(look.box())
                        || looks.stream()
                                .filter(tile -> tile.name().startsWith("tile-"))
                                .anyMatch(tile -> isNearlySquare(tile.box()) && isPart(tile.box(), look.box()))
                        || looks.stream().anyMatch(tile -> tile.name().startsWith("coarse-1")));
    }

    private static boolean isNearlySquare(Area box) {
        // Tiles are rounded up by a pixel.
        return 2 * (Math.max(box.width(), box.height()) - 1) <= 3 * Math.min(box.width(), box.height());
    }

    private static boolean isPart(Area tile, Area of) {
        return tile.x() >= of.x()
                && tile.y() >= of.y()
                && tile.x() + tile.width() <= of.x() + of.width()
                && tile.y() + tile.height() <= of.y() + of.height();
    }

    @Test
    void whereTheSearchStoppedEarlyWhatItFoundIsCoarse() {
        Layout layout = new Layout(List.of(), List.of(new Area(0, 0, 100, 100)), List.of(), true);

        assertThat(kinds(looks(300, 300, layout, SamplingKey.publicKey()))).containsExactly("whole", "coarse-panel");
    }

    @Test
    void allDetailsAreThoseOfTheWholeWhateverItsMargins() {
        Layout layout = layout(List.of(new Area(100, 50, 1000, 700)), List.of());
        List<PlannedView> looks =
                new Cover(1280, 960, true, 12, DETAIL_FROM, 9).looks(SMALL, List.of(), layout, SamplingKey.publicKey());

        assertThat(looks.get(3))
                .extracting(PlannedView::name, look -> look.box().width())
                .containsExactly("detail-1", 512);
    }

    @Test
    void smallContentOfALargePictureLeavesItsDetails() {
        Layout layout = layout(List.of(new Area(500, 300, 300, 300)), List.of());
        List<PlannedView> looks = looks(1280, 960, layout, SamplingKey.publicKey());

        assertThat(looks.subList(3, looks.size())).hasSize(2).allSatisfy(detail -> {
            assertThat(detail.name()).startsWith("detail-");
            assertThat(detail.box().width()).isEqualTo(512);
        });
    }

    @Property(tries = 300)
    void aPictureWithMorePanelsThanViewsIsCoarseAndKeepsTheDetails(
            @ForAll @IntRange(min = 0, max = 40) int panels,
            @ForAll @IntRange(min = 0, max = 2) int contents,
            @ForAll @IntRange(min = 640, max = 4000) int width,
            @ForAll @IntRange(min = 640, max = 4000) int height) {
        Layout layout = new Layout(
                areas(contents, width, height), areas(panels, width, height), areas(4, width, height), false);
        List<PlannedView> looks = looks(width, height, layout, SamplingKey.publicKey());

        assertThat(looks).hasSizeLessThanOrEqualTo(14);
        assertThat(looks.stream().filter(look -> look.name().startsWith("detail-")))
                .hasSize(2);
        long seen = looks.stream()
                .filter(look -> look.name().matches("(content|panel)-\\d+"))
                .count();
        if (seen < contents + panels) {
            assertThat(looks).anyMatch(look -> View.isCoarse(look.name()));
        }
        assertThat(looks.stream().map(PlannedView::name)).doesNotHaveDuplicates();
    }

    private static Layout layout(List<Area> contents, List<Area> panels) {
        return new Layout(contents, panels, List.of(), false);
    }

    private static List<Area> areas(int count, int width, int height) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Area(0, 0, width, height))
                .toList();
    }

    @Test
    void detailsAreDrawnByTheKeyAndTheSameKeyDrawsTheSame() {
        SamplingKey own = key("the first deployment's own");
        SamplingKey other = key("the second deployment's own");
        Set<String> first = new TreeSet<>();
        int alike = 0;
        for (int seed = 0; seed < 60; seed++) {
            List<String> names = names(own, seed);
            assertThat(names(own, seed)).isEqualTo(names).hasSize(4);
            alike += names(other, seed).equals(names) ? 1 : 0;
            first.addAll(names);
        }
        assertThat(first).hasSize(2 + 9);
        assertThat(alike).isLessThan(10);
    }

    private static SamplingKey key(String secret) {
        return SamplingKey.of(secret.getBytes(StandardCharsets.US_ASCII));
    }

    private static List<String> names(SamplingKey key, int seed) {
        byte[] noise = new byte[100 * 75 * 3];
        new Random(seed).nextBytes(noise);
        Scene scene = Scene.of(new Glimpse(100, 75, 3, noise), 1280, 960, false);
        return new Cover(1280, 960, true, 12, DETAIL_FROM, 2)
                .looks(SMALL, List.of(scene), scene.layout(), key).stream()
                        .map(PlannedView::name)
                        .toList();
    }

    @Test
    void plainDetailsAreNotDrawnSoThatNoUploaderSteersTheDrawToThem() {
        for (int seed = 0; seed < 30; seed++) {
            byte[] cells = new byte[100 * 75 * 3];
            Random random = new Random(seed);
            for (int y = 60; y < 70; y++) {
                for (int x = 85; x < 95; x++) {
                    cells[(y * 100 + x) * 3] = (byte) (100 * random.nextInt(2));
                }
            }
            Scene scene = Scene.of(new Glimpse(100, 75, 3, cells), 1280, 960, false);
            List<PlannedView> looks = new Cover(1280, 960, true, 12, DETAIL_FROM, 2)
                    .looks(SMALL, List.of(scene), scene.layout(), key("a deployment's own key"));

            assertThat(looks.stream().map(PlannedView::name)).containsExactly("whole", "middle", "detail-9");
        }
    }

    @Test
    void detailsAreInReadingOrderAndReachTheEdges() {
        List<PlannedView> looks = new Cover(1000, 700, true, 12, DETAIL_FROM, 9)
                .looks(SMALL, List.of(), Layout.NONE, SamplingKey.publicKey());

        assertThat(looks.get(2).box()).isEqualTo(new Area(0, 0, 400, 280));
        assertThat(looks.get(3).box()).isEqualTo(new Area(300, 0, 400, 280));
        assertThat(looks.get(10).box()).isEqualTo(new Area(600, 420, 400, 280));
    }

    @Test
    void onlyTilesContentsAndPanelsAreCoarseWhateverElseANameSays() {
        assertThat(List.of(
                        "coarse-1",
                        "frame-12/coarse-3/white/turn-90",
                        "coarse-12/mirror",
                        "coarse-panel-3",
                        "frame-1/coarse-content-1/black"))
                .allMatch(View::isCoarse);
        assertThat(List.of(
                        "whole",
                        "tile-1",
                        "coarse",
                        "coarse-1.png",
                        "safe/coarse-1",
                        "frame-1/whole",
                        "panel-1",
                        "coarse-detail-1"))
                .noneMatch(View::isCoarse);
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> new ModerationOptions(false, false, 10, 4, true, 640, 9, true, false, false, false))
                .hasMessageContaining("11");
        assertThatThrownBy(() -> new ModerationOptions(false, false, 12, 4, true, 300, 2, true, false, false, false))
                .hasMessageContaining("320");
        assertThatThrownBy(() -> new ModerationOptions(false, false, 12, 4, true, 640, 0, true, false, false, false))
                .hasMessageContaining("1 to 9");
        assertThat(new ModerationOptions(false, false, 2, 2, true, 0, 2, true, false, false, false).mostViews(9))
                .isEqualTo(24);
        assertThat(new ModerationOptions(false, false, 2, 2, true, 0, 2, true, false, false, false).mostViews(1))
                .as("the whole, its middle, the circle that it was cut to and two tiles over three grounds")
                .isEqualTo(15);
        assertThat(new ModerationOptions(true, true, 12, 4, true, 0, 2, true, false, false, false).mostViews(1))
                .isEqualTo(24 * 5);
    }

    @Test
    void theMiddleSquareIsNotSqueezedAndCanBeSwitchedOff() {
        List<PlannedView> upright = looks(600, 800, Layout.NONE, SamplingKey.publicKey());
        assertThat(upright.get(1).name()).isEqualTo("middle");
        assertThat(upright.get(1).box()).isEqualTo(new Area(0, 100, 600, 600));

        assertThat(new Cover(600, 800, false, 12, ModerationOptions.NEVER_IN_DETAIL, 2)
                        .looks(SMALL, List.of(), Layout.NONE, SamplingKey.publicKey()))
                .extracting(PlannedView::name)
                .containsExactly("whole");
    }

    private static List<String> kinds(List<PlannedView> looks) {
        return looks.stream()
                .map(look -> look.name().replaceAll("-\\d+", ""))
                .distinct()
                .toList();
    }

    private static List<PlannedView> looks(int width, int height, Layout layout, SamplingKey key) {
        byte[] noise = new byte[100 * 75 * 3];
        new Random(1).nextBytes(noise);
        Scene busy = Scene.of(new Glimpse(100, 75, 3, noise), width, height, false);
        return new Cover(width, height, true, 12, DETAIL_FROM, 2).looks(SMALL, List.of(busy), layout, key);
    }
}

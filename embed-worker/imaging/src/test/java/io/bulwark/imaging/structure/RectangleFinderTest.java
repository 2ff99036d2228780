package io.bulwark.imaging.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import io.bulwark.imaging.structure.Scene.Relief;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures that were laid on other pictures. */
class RectangleFinderTest {

    private static final int WIDTH = 230;
    private static final int HEIGHT = 170;

    static Stream<Area> placesOnAPhotograph() {
        return Stream.of(
                new Area(80, 50, 70, 60),
                new Area(20, 90, 60, 45),
                new Area(0, 0, 90, 70),
                new Area(140, 60, 90, 110),
                new Area(60, 0, 110, 80),
                new Area(30, 20, 170, 130));
    }

    @ParameterizedTest
    @MethodSource("placesOnAPhotograph")
    void aPhotographOnAPhotographIsFound(Area place) {
        Scene scene = scene(photograph(1).soft(place, 5));

        assertThat(scene.rectangles(any -> true).areas())
                .hasSize(1)
                .first()
                .satisfies(found ->
                        assertThat(found.isAlike(place, 90)).as("%s", found).isTrue());
        assertThat(scene.layout().panels()).isEmpty();
    }

    @Test
    void coordinatesAreThoseOfThePicture() {
        Area place = new Area(80, 50, 70, 60);
        Glimpse glimpse = photograph(1).soft(place, 5).glimpse();

        assertThat(Scene.of(glimpse, 4 * WIDTH, 3 * HEIGHT, true)
                        .rectangles(any -> true)
                        .areas())
                .singleElement()
                .satisfies(found -> assertThat(found.isAlike(new Area(320, 150, 280, 180), 90))
                        .as("%s", found)
                        .isTrue());
    }

    @Property(tries = 60)
    void aPhotographAloneShowsNone(@ForAll @IntRange(max = 100_000) int seed) {
        assertThat(scene(photograph(seed)).rectangles(any -> true).areas()).isEmpty();
    }

    @Test
    void aStripeFromEdgeToEdgeIsNone() {
        Drawing stripes = photograph(3).soft(new Area(0, 50, WIDTH, 40), 9).soft(new Area(90, 0, 1, 170), 7);

        assertThat(scene(stripes).rectangles(any -> true).areas()).isEmpty();
    }

    /** Boxes of one colour, as many as there are places, and sharper than the picture among them. */
    @Test
    void plainBoxesTakeNoPlace() {
        Drawing drawing = photograph(4);
        for (int i = 0; i < 6; i++) {
            drawing.fill(new Area(5 + 37 * i, 8, 32, 40), i % 2 == 0 ? 0xffffff : 0);
        }
        Area place = new Area(80, 80, 75, 60);

        assertThat(scene(drawing.soft(place, 6)).rectangles(any -> true).areas())
                .anySatisfy(found -> assertThat(found.isAlike(place, 90)).isTrue());
    }

    /** A limit that the page on views names: of each direction the clearest lines are looked at. */
    @Test
    void manySharperLinesBesideAPictureHideItWithoutAMark() {
        Area place = new Area(85, 80, 75, 60);
        assertThat(scene(photograph(4).soft(place, 6)).rectangles(any -> true).areas())
                .isNotEmpty();

        Drawing drawing = photograph(4);
        for (int i = 0; i < 12; i++) {
            drawing.fill(new Area(4 + 6 * i, 0, 3, HEIGHT), i % 2 == 0 ? 0xffffff : 0);
        }
        assertThat(scene(drawing.soft(place, 6)).rectangles(any -> true))
                .isEqualTo(new Scene.Rectangles(List.of(), false));
    }

    /** A chessboard has lines everywhere, and each four of them a rectangle. */
    @Test
    void aPictureFullOfLinesGivesNoMoreThanTheMost() {
        Drawing board = new Drawing(200, 200, 0);
        for (int i = 0; i < 64; i++) {
            if ((i + i / 8) % 2 == 0) {
                board.soft(new Area(i % 8 * 25, i / 8 * 25, 25, 25), i);
            }
        }
        List<Area> found = scene(board).rectangles(any -> true).areas();

        assertThat(found).hasSizeLessThanOrEqualTo(RectangleFinder.MOST);
        for (int i = 0; i < found.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(found.get(i).isAlike(found.get(j), 40)).isFalse();
            }
        }
    }

    /** Looking at each of them would take seconds. */
    @Test
    void ofRowsOfBoxesNotEachRectangleIsAskedAbout() {
        Drawing boxes = new Drawing(200, 200, 0x808080);
        for (int i = 0; i < 49; i++) {
            boxes.fill(new Area(2 + 28 * (i % 7), 2 + 28 * (i / 7), 24, 24), 0xffffff);
        }
        AtomicInteger asked = new AtomicInteger();

        Scene.Rectangles found = new RectangleFinder(Relief.of(boxes.glimpse())).find(area -> {
            asked.incrementAndGet();
            return false;
        });

        assertThat(found.areas()).isEmpty();
        assertThat(found.more()).isTrue();
        assertThat(asked.get()).isEqualTo(RectangleFinder.MOST_ASKED);
    }

    @ParameterizedTest
    @MethodSource("smallSizes")
    void aSmallPictureShowsNone(int width, int height) {
        Drawing drawing = new Drawing(width, height, 0).soft(Area.of(width, height), 2);

        assertThat(Scene.of(drawing.glimpse(), width, height, true)
                        .rectangles(any -> true)
                        .areas())
                .isEmpty();
    }

    static Stream<Arguments> smallSizes() {
        return Stream.of(1, 2, 3, 23, 24, 25, 44).map(side -> Arguments.of(side, 48 - side));
    }

    private static Drawing photograph(int seed) {
        return new Drawing(WIDTH, HEIGHT, 0).soft(Area.of(WIDTH, HEIGHT), seed);
    }

    private static Scene scene(Drawing drawing) {
        return Scene.of(drawing.glimpse(), drawing.width, drawing.height, true);
    }
}

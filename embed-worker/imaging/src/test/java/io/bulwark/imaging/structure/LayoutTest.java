package io.bulwark.imaging.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.structure.Layout.Panels;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {

    /**
     * The photograph has a rim that its margin does not look like: a dark one in a dark margin has no edge to find. The
     * noise is 7 standard deviations below {@link Margins#EDGE}; at 5.7 one margin in 300 keeps a part of itself.
     */
    @Property(tries = 300)
    void marginsOfAnySizeAndColourAreCutToTheCell(
            @ForAll @IntRange(min = 0, max = 80) int left,
            @ForAll @IntRange(min = 0, max = 60) int above,
            @ForAll @IntRange(min = 0, max = 80) int right,
            @ForAll @IntRange(min = 0, max = 60) int below,
            @ForAll @IntRange(min = 0, max = 0xffffff) int colour,
            @ForAll long seed) {
        int width = 230;
        int height = 170;
        Area content = Area.between(left, above, width - right, height - below);
        Layout layout = new Drawing(width, height, colour)
                .photograph(content, seed)
                .rim(content, colour ^ 0x808080)
                .noise(1.2, seed)
                .layout();

        if (100 * content.size() <= 78 * (long) width * height) {
            assertThat(layout.contents()).isNotEmpty();
            assertWithin(layout.contents().get(0), content, 2);
        } else if (100 * content.size() > 82 * (long) width * height) {
            assertThat(layout.contents()).isEmpty();
        }
    }

    @Test
    void barsOfDifferentColoursThatDriftAreCut() {
        Drawing drawing = new Drawing(230, 170, 0);
        for (int y = 0; y < 30; y++) {
            drawing.fill(new Area(0, y, 230, 1), 0x010101 * (y / 2));
        }
        drawing.fill(new Area(0, 130, 230, 40), 0xf0e0d0).photograph(new Area(0, 30, 230, 100), 5);

        assertWithin(drawing.layout().contents().get(0), new Area(0, 30, 230, 100), 1);
    }

    @Test
    void aFrameInAFrameIsCutTwice() {
        Area inner = new Area(80, 60, 70, 60);
        Layout layout = new Drawing(230, 170, 0xffffff)
                .fill(new Area(40, 30, 150, 120), 0x203040)
                .photograph(inner, 7)
                .layout();

        assertThat(layout.contents()).hasSize(2);
        assertWithin(layout.contents().get(0), new Area(40, 30, 150, 120), 1);
        assertWithin(layout.contents().get(1), inner, 1);
    }

    @Test
    void aThinLineAroundAMarginKeepsNothing() {
        Area content = new Area(60, 50, 100, 80);
        Layout layout = new Drawing(230, 170, 0xff0000)
                .fill(new Area(1, 1, 228, 168), 0xffffff)
                .fill(new Area(20, 20, 190, 130), 0x000000)
                .fill(new Area(21, 21, 188, 128), 0xffffff)
                .photograph(content, 9)
                .layout();

        Area last = layout.contents().get(layout.contents().size() - 1);
        assertWithin(last, content, 1);
    }

    /** One photograph in some thousand has a line that looks drawn: it costs some views. */
    @Test
    void aPhotographIsAllContent() {
        for (long seed = 0; seed < 200; seed++) {
            Layout layout = new Drawing(230, 170, 0)
                    .photograph(new Area(0, 0, 230, 170), seed)
                    .layout();

            assertThat(layout).as("seed %s", seed).isEqualTo(Layout.NONE);
        }
    }

    @Test
    void aSkyThatChangesAllTheWayDownIsNotCut() {
        Drawing drawing = new Drawing(230, 170, 0);
        for (int y = 0; y < 100; y++) {
            drawing.fill(new Area(0, y, 230, 1), 0x4060c0 + 0x010100 * y);
        }
        drawing.photograph(new Area(0, 100, 230, 70), 3);

        assertThat(drawing.layout().contents()).isEmpty();
    }

    @Test
    void nineOfTenPanelsOfCollagesAreFoundWithAndWithoutGutters() {
        Random random = new Random(6);
        int found = 0;
        int all = 0;
        for (int i = 0; i < 120; i++) {
            int across = 1 + random.nextInt(3);
            int down = across == 1 ? 2 : 1 + random.nextInt(3);
            int gutter = random.nextInt(7);
            int uneven = random.nextInt(25) - 12;
            Drawing drawing = new Drawing(230, 170, 0xffffff);
            List<Area> panels = new ArrayList<>();
            for (int row = 0; row < down; row++) {
                for (int column = 0; column < across; column++) {
                    Area panel = Area.between(
                            at(230, across, column, uneven) + (column > 0 ? gutter : 0),
                            at(170, down, row, uneven) + (row > 0 ? gutter : 0),
                            at(230, across, column + 1, uneven),
                            at(170, down, row + 1, uneven));
                    panels.add(panel);
                    // Pictures that people put together differ: here in brightness, as well as in what they show.
                    drawing.fill(panel, 0x010101 * (30 + 190 * ((row + column) % 2)));
                    drawing.photograph(inside(panel), random.nextLong());
                }
            }
            Layout layout = drawing.layout();
            List<Area> seen = new ArrayList<>(layout.panels());
            seen.addAll(layout.quarters());
            all += panels.size();
            found += (int) panels.stream()
                    .filter(panel ->
                            seen.stream().anyMatch(area -> area.isAlike(panel, 75) || area.isAlike(inside(panel), 75)))
                    .count();
        }
        assertThat(found).as("of %d", all).isGreaterThanOrEqualTo(9 * all / 10);
    }

    /** With a frame, which is a straight edge whatever lies beside it. */
    private static Area inside(Area panel) {
        return new Area(panel.x() + 1, panel.y() + 1, panel.width() - 2, panel.height() - 2);
    }

    private static int at(int side, int parts, int part, int uneven) {
        return part == 0 || part == parts ? part == 0 ? 0 : side : side * part / parts + uneven;
    }

    @Test
    void stripesOfOneColourAreNoPanelsThoughTheirRimsMixWithTheNext() {
        Drawing flag = new Drawing(230, 170, 0xffffff)
                .fill(new Area(0, 54, 215, 1), 0xccdfbf)
                .fill(new Area(0, 55, 215, 50), 0x309000)
                .fill(new Area(0, 105, 215, 1), 0x486c04)
                .fill(new Area(0, 106, 215, 1), 0xb43c0c)
                .fill(new Area(0, 107, 215, 48), 0xe02010)
                .fill(new Area(0, 155, 215, 1), 0xf0a098);

        Layout layout = flag.layout();

        assertThat(layout.panels()).isEmpty();
        assertThat(layout.quarters()).isEmpty();
    }

    @Test
    void aPictureInAScreenshotIsFoundAmongItsTextAndBars() {
        Area picture = new Area(10, 60, 100, 80);
        Drawing screen = new Drawing(120, 260, 0xffffff);
        screen.fill(new Area(0, 0, 120, 14), 0x303030);
        Random random = new Random(4);
        for (int line = 0; line < 8; line++) {
            int y = line < 3 ? 22 + 10 * line : 130 + 10 * line;
            for (int x = 8; x < 110; x += 2 + random.nextInt(3)) {
                screen.fill(new Area(x, y, 1, 5), 0x101010);
            }
        }
        Layout layout = screen.photograph(picture, 8).layout();

        assertThat(layout.panels()).anyMatch(panel -> panel.isAlike(picture, 90));
    }

    @Test
    void aSpeckInTheMarginDoesNotHideThePicture() {
        Area content = new Area(90, 60, 80, 70);
        Layout layout = new Drawing(230, 170, 0xdddddd)
                .photograph(content, 2)
                .fill(new Area(3, 3, 2, 2), 0)
                .fill(new Area(225, 165, 2, 2), 0)
                .layout();

        assertThat(layout.panels()).anyMatch(panel -> panel.isAlike(content, 90));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void checkerboardsOfSmallSquaresHaveNoPanels(int side) {
        Drawing board = new Drawing(230, 170, 0xffffff);
        for (int y = 0; y < 170; y += side) {
            for (int x = y / side % 2 * side; x < 230; x += 2 * side) {
                board.fill(new Area(x, y, Math.min(side, 230 - x), Math.min(side, 170 - y)), 0x202020);
            }
        }
        assertThat(board.layout().panels()).isEmpty();
    }

    @Property(tries = 200)
    void whateverThePixelsAreAreasAreBoundedAndLieWithinThePicture(
            @ForAll @IntRange(min = 1, max = 300) int width,
            @ForAll @IntRange(min = 1, max = 200) int height,
            @ForAll @IntRange(min = 1, max = 4) int grain,
            @ForAll @IntRange(min = 1, max = 4) int channels,
            @ForAll long seed) {
        Random random = new Random(seed);
        int colours = 2 + random.nextInt(4);
        byte[] cells = new byte[width * height * channels];
        for (int i = 0; i < cells.length; i++) {
            int x = i / channels % width / (grain * grain * grain);
            int y = i / channels / width / (grain * grain * grain);
            cells[i] = (byte) (new Random(seed ^ (x * 7919L + y)).nextInt(colours) * 255 / (colours - 1));
        }
        int large = 1 + random.nextInt(9);
        Layout layout = Scene.of(new Glimpse(width, height, channels, cells), large * width, large * height, true)
                .layout();

        assertThat(layout.contents()).hasSizeLessThanOrEqualTo(Layout.MOST_CONTENTS);
        assertThat(layout.panels()).hasSizeLessThanOrEqualTo(Layout.MOST_PANELS);
        assertThat(layout.quarters()).hasSizeLessThanOrEqualTo(4);
        List<Area> all = new ArrayList<>(layout.contents());
        all.addAll(layout.quarters());
        all.addAll(layout.panels());
        assertThat(all).allSatisfy(area -> {
            assertThat(Math.min(area.width(), area.height())).isPositive();
            assertThat(area.x()).isNotNegative();
            assertThat(area.y()).isNotNegative();
            assertThat(area.right()).isLessThanOrEqualTo(large * width);
            assertThat(area.bottom()).isLessThanOrEqualTo(large * height);
        });
        assertThat(layout.panels())
                .allSatisfy(panel -> assertThat(Math.min(panel.width(), panel.height()))
                        .isGreaterThanOrEqualTo(Panels.LEAST_PIXELS));
    }

    @Test
    void aGridOfManyPanelsIsReportedToHaveMany() {
        Drawing grid = new Drawing(230, 170, 0xffffff);
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 6; column++) {
                grid.photograph(new Area(4 + 38 * column, 4 + 41 * row, 32, 36), 6 * row + column);
            }
        }

        assertThat(grid.layout().panels()).hasSize(24);
    }

    private static void assertWithin(Area found, Area expected, int cells) {
        assertThat(Math.abs(found.x() - expected.x()))
                .as("%s, %s", found, expected)
                .isLessThanOrEqualTo(cells);
        assertThat(Math.abs(found.y() - expected.y()))
                .as("%s, %s", found, expected)
                .isLessThanOrEqualTo(cells);
        assertThat(Math.abs(found.right() - expected.right()))
                .as("%s, %s", found, expected)
                .isLessThanOrEqualTo(cells);
        assertThat(Math.abs(found.bottom() - expected.bottom()))
                .as("%s, %s", found, expected)
                .isLessThanOrEqualTo(cells);
    }
}

package io.bulwark.imaging.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.structure.Layout.Panels;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Relief;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PanelsTest {

    @Test
    void partsThatMultiplyWithEachLevelStopTheSearchAndAreNotTakenForNoPanels() throws IOException {
        // Drawn so that each ring has gutters that the next one lacks: without an end, 8,136 parts are looked at.
        Drawing drawing = read("nested-rings.png");
        Relief relief = Relief.of(drawing.glimpse());
        Area whole = Area.of(drawing.width, drawing.height);
        Panels panels = new Panels(relief, 1);
        panels.of(whole, new Margins(relief).rings(whole).orElseThrow());
        Layout layout = Layout.of(drawing.glimpse(), relief, 1);

        assertThat(panels.looked()).isLessThanOrEqualTo(40 * whole.size());
        assertThat(panels.isUnfinished()).isTrue();
        assertThat(layout.isUnfinished()).isTrue();
        assertThat(layout.in(whole, 660, 242).isUnfinished()).isTrue();
        assertThat(layout.contents().size() + layout.panels().size()).isPositive();
        assertThat(Layout.NONE.and(layout).isUnfinished()).isTrue();
    }

    @Property(tries = 100)
    void collagesAndPhotographsAreSearchedToTheEnd(@ForAll long seed) {
        Drawing drawing = new Drawing(230, 170, 0xffffff);
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 4; column++) {
                drawing.photograph(new Area(58 * column, 43 * row, 54, 39), seed + 4 * row + column);
            }
        }
        Relief relief = Relief.of(drawing.glimpse());
        Area whole = Area.of(drawing.width, drawing.height);
        Panels panels = new Panels(relief, 10);
        List<Area> found = panels.of(whole, new Margins(relief).rings(whole).orElseThrow());

        assertThat(panels.isUnfinished()).isFalse();
        assertThat(panels.looked()).isLessThan(20 * whole.size());
        assertThat(found).isNotEmpty();
    }

    private static Drawing read(String name) throws IOException {
        BufferedImage image = ImageIO.read(PanelsTest.class.getResource(name));
        Drawing drawing = new Drawing(image.getWidth(), image.getHeight(), 0);
        for (int y = 0; y < drawing.height; y++) {
            for (int x = 0; x < drawing.width; x++) {
                drawing.fill(new Area(x, y, 1, 1), image.getRGB(x, y));
            }
        }
        return drawing;
    }
}

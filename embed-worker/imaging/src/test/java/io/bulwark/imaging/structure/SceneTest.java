package io.bulwark.imaging.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SceneTest {

    private static final Area PART = new Area(40, 30, 60, 50);

    private static Scene scene(Drawing drawing) {
        Glimpse glimpse = new Glimpse(drawing.width, drawing.height, 3, drawing.cells);
        return Scene.of(glimpse, drawing.width, drawing.height, false);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 200, 30", "0, 80, 200, 70", "0, 0, 40, 150", "100, 0, 100, 150"})
    void whatLiesBesideAPartGivesItNoEdge(int x, int y, int width, int height) {
        Scene scene = scene(new Drawing(200, 150, 0xffffff).fill(new Area(x, y, width, height), 0));

        assertThat(scene.isPlain(PART)).isTrue();
    }

    @Test
    void anEdgeWithinAPartIsSeenFromBothSides() {
        assertThat(scene(new Drawing(200, 150, 0xffffff).fill(new Area(0, 0, 200, 50), 0))
                        .isPlain(PART))
                .isFalse();
        assertThat(scene(new Drawing(200, 150, 0xffffff).fill(new Area(0, 0, 70, 150), 0))
                        .isPlain(PART))
                .isFalse();
    }
}

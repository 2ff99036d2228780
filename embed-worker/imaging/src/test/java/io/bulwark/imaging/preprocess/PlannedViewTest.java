package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.Cover.PlannedView;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Resampler.Target;
import io.bulwark.imaging.structure.Layout;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlannedViewTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(224, Interpolation.BICUBIC);

    @Property(tries = 2000)
    void noPixelEscapesTheTilesOfAnyShape(
            @ForAll @IntRange(min = 1, max = 65535) int longSide,
            @ForAll @IntRange(min = 1, max = 700) int shortSide,
            @ForAll boolean upright,
            @ForAll @IntRange(min = 2, max = 12) int maxTiles) {
        int width = upright ? shortSide : longSide;
        int height = upright ? longSide : shortSide;
        List<PlannedView> looks = strips(width, height, maxTiles);
        assertThat(looks.get(0).box()).isEqualTo(Area.of(width, height));
        double ratio = (double) Math.max(width, height) / Math.min(width, height);
        if (ratio <= 1.5) {
            assertThat(looks.stream().map(PlannedView::name))
                    .isEqualTo(ratio > 1.1 ? List.of("whole", "middle") : List.of("whole"));
            return;
        }
        assertThat(looks).hasSizeBetween(3, maxTiles + 1);
        boolean wide = width >= height;
        int covered = 0;
        for (PlannedView tile : looks.subList(1, looks.size())) {
            int start = wide ? tile.box().x() : tile.box().y();
            int length = wide ? tile.box().width() : tile.box().height();
            int across = wide ? tile.box().height() : tile.box().width();
            assertThat(start).isLessThanOrEqualTo(covered);
            assertThat(across).isEqualTo(Math.min(width, height));
            assertThat(length).isGreaterThanOrEqualTo(across);
            covered = start + length;
        }
        assertThat(covered).isEqualTo(Math.max(width, height));
    }

    @Test
    void tilesAreSquareWhileTheyAreFewEnough() {
        for (PlannedView tile : strips(900, 100, 12).subList(1, 12)) {
            assertThat(tile.box().width()).isEqualTo(100);
        }
    }

    @Test
    void tilesOfAnEndlessStripGrow() {
        List<PlannedView> looks = strips(20_000, 10, 12);
        assertThat(looks).hasSize(13);
        assertThat(looks.get(1).box()).isEqualTo(new Area(0, 0, 2041, 10));
        assertThat(looks.get(12).box()).isEqualTo(new Area(20_000 - 2041, 0, 2041, 10));
    }

    @Test
    void neighboursShareAtLeastAFifth() {
        List<PlannedView> looks = strips(1920, 1080, 12);
        assertThat(looks).hasSize(3);
        assertThat(looks.get(1).box()).isEqualTo(new Area(0, 0, 1080, 1080));
        assertThat(looks.get(2).box()).isEqualTo(new Area(840, 0, 1080, 1080));
    }

    @Test
    void centreCropOfAStripIsItsMiddle() {
        PlannedView centre =
                PlannedView.of(ViewPolicy.CENTER_CROP, SPEC, 1000, 40).get(0);
        assertThat(centre.target()).isEqualTo(new Target(5600, 224, new Area(2688, 0, 224, 224)));
    }

    private static List<PlannedView> strips(int width, int height, int maxTiles) {
        return new Cover(width, height, true, maxTiles, 0, 1)
                .looks(SPEC, List.of(), Layout.NONE, SamplingKey.publicKey());
    }
}

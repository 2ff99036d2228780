package io.bulwark.imaging.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GlimpseTest {

    @Property
    void isSmallWhateverTheShapeOfThePictureAndNeverLargerThanIt(
            @ForAll @IntRange(min = 1, max = 65_535) int width, @ForAll @IntRange(min = 1, max = 65_535) int height) {
        Area size = Glimpse.sizeFor(width, height);

        assertThat(size.width()).isBetween(1, width);
        assertThat(size.height()).isBetween(1, height);
        assertThat(size.size()).isLessThanOrEqualTo(Glimpse.MOST_CELLS);
    }

    @Test
    void aPictureOneRowHighHasNoMoreCellsThanOthers() {
        assertThat(Glimpse.sizeFor(65_535, 1)).isEqualTo(Area.of(40_000, 1));
        assertThat(Glimpse.sizeFor(1, 65_535)).isEqualTo(Area.of(1, 40_000));
    }

    @Test
    void cellsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new Glimpse(3, 2, 3, new byte[17])).hasMessageContaining("3x2");
    }
}

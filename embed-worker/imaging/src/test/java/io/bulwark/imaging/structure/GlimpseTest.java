package io.bulwark.imaging.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        // A side of one cell is not scaled further.
        assertThat(size.size())
                .isLessThanOrEqualTo(Math.max(Glimpse.MOST_CELLS, Math.max(size.width(), size.height())));
    }

    @Test
    void cellsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new Glimpse(3, 2, 3, new byte[17])).hasMessageContaining("3x2");
    }
}

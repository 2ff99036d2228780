package io.bulwark.cli.everyday;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.cli.everyday.Warp.Turns;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvasionTest {

    private final UprightPicture picture = noise(48, 30, 1);
    private final List<UprightPicture> others =
            Stream.of(2, 3, 4).map(seed -> noise(40, 40, seed)).toList();

    @Test
    void eachKindHasItsStrengthsAndTheSameEachTime() {
        assertThat(Evasion.QUARTER_TURNS.tries(picture, others)).hasSize(3);
        assertThat(Evasion.MIRROR.tries(picture, others)).hasSize(1);
        assertThat(Evasion.ROTATION.tries(picture, others)).hasSize(8);
        assertThat(Evasion.OVERLAY.tries(picture, others)).hasSize(4);
        assertThat(Evasion.COLLAGE.tries(picture, others)).hasSize(4);
        assertThat(Evasion.GRID.tries(picture, others)).hasSize(3);
        assertThat(Evasion.INSET.tries(picture, others)).hasSize(6);
        assertThat(Evasion.BLEND.tries(picture, others)).hasSize(5);
        assertThat(Evasion.CONTINUED.tries(picture, others)).hasSize(2);
        assertThat(Evasion.PERSPECTIVE.tries(picture, others)).hasSize(8);
        assertThat(Evasion.WAVES.tries(picture, others)).hasSize(6);
        assertThat(Evasion.COLOURS.tries(picture, others)).hasSize(8);
        assertThat(Evasion.SCRIBBLES.tries(picture, others)).hasSize(4);
        assertThat(Evasion.STICKERS.tries(picture, others)).hasSize(4);
        assertThat(Evasion.JPEG.tries(picture, others)).hasSize(4);
        for (Evasion evasion : Evasion.values()) {
            List<UprightPicture> tries = evasion.tries(picture, others);
            List<UprightPicture> again = evasion.tries(picture, others);
            for (int i = 0; i < tries.size(); i++) {
                assertThat(tries.get(i).rgb())
                        .as("%s %d", evasion, i)
                        .isEqualTo(again.get(i).rgb());
                assertThat(tries.get(i).rgb()).isNotEqualTo(picture.rgb());
            }
        }
    }

    @Test
    void aHalfTurnIsTwoQuartersAndTurningBackIsThePicture() {
        List<UprightPicture> turns = Evasion.QUARTER_TURNS.tries(picture, others);

        assertThat(turns.get(0).width()).isEqualTo(30);
        assertThat(turns.get(2).width()).isEqualTo(48);
        assertThat(Turns.turnedLeft(turns.get(0)).rgb()).isEqualTo(picture.rgb());
        assertThat(Turns.turnedLeft(turns.get(2)).rgb()).isEqualTo(turns.get(0).rgb());
    }

    @Test
    void aPictureIsRotatedToBothSides() {
        List<UprightPicture> rotated = Evasion.ROTATION.tries(picture, others);

        for (int i = 0; i < rotated.size(); i += 2) {
            assertThat(rotated.get(i).width()).isCloseTo(rotated.get(i + 1).width(), within(2));
            assertThat(rotated.get(i).rgb()).isNotEqualTo(rotated.get(i + 1).rgb());
        }
    }

    @Test
    void inPerspectiveOneEdgeIsShorterAndTheOppositeOneIsWhole() {
        UprightPicture plain = new UprightPicture(40, 40, new byte[40 * 40 * 3]);
        List<UprightPicture> seen = Evasion.PERSPECTIVE.tries(plain, others);

        assertThat(dark(seen.get(0), 0, 1)).isCloseTo(40 / 1.3, within(2.0));
        assertThat(dark(seen.get(0), 39, 1)).isCloseTo(40.0, within(1.0));
        // From the other side the lower edge is the far one.
        assertThat(dark(seen.get(3), 39, 1)).isCloseTo(40 / 1.3, within(2.0));
    }

    @Test
    void aContinuedPictureHasItselfInTheMiddle() {
        UprightPicture wider = Evasion.CONTINUED.tries(picture, others).get(0);

        assertThat(Sizes.cut(wider, 16, 10, 48, 30).rgb()).isEqualTo(picture.rgb());
    }

    /** Black pixels of some rows, a row on average. */
    private static double dark(UprightPicture seen, int row, int rows) {
        int dark = 0;
        for (int i = row * seen.width(); i < (row + rows) * seen.width(); i++) {
            dark += (seen.rgb()[3 * i] & 0xFF) < 128 ? 1 : 0;
        }
        return (double) dark / rows;
    }

    @Test
    void aCollageNeedsOthers() {
        assertThatThrownBy(() -> Evasion.COLLAGE.tries(picture, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static UprightPicture noise(int width, int height, long seed) {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).nextBytes(rgb);
        return new UprightPicture(width, height, rgb);
    }
}

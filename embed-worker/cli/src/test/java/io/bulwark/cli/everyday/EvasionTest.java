package io.bulwark.cli.everyday;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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

package io.bulwark.imaging.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OtherPictureTest {

    @Test
    void the_same_in_other_tones_and_something_flat_are_no_other_pictures() {
        double[] view = picture(1);
        double[] darker = view.clone();
        double[] flat = view.clone();
        for (int i = 0; i < view.length; i++) {
            darker[i] = view[i] / 2;
            flat[i] = 96;
        }
        assertThat(Inspection.otherShare(view, view, 3)).isLessThan(0.1);
        assertThat(Inspection.otherShare(darker, view, 3)).isLessThan(0.1);
        assertThat(Inspection.otherShare(flat, view, 3)).isZero();
    }

    @Test
    void another_picture_is_one_also_in_a_quarter_of_the_windows() {
        double[] view = picture(1);
        double[] other = picture(2);
        double[] partly = view.clone();
        System.arraycopy(other, 0, partly, 0, other.length / 4);

        assertThat(Inspection.otherShare(other, view, 3)).isEqualTo(1);
        assertThat(Inspection.otherShare(partly, view, 3)).isGreaterThan(0.5);
    }

    private static double[] picture(long seed) {
        return new Random(seed).doubles(3 * 784, 0, 255).toArray();
    }
}

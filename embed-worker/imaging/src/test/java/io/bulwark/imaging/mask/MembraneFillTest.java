package io.bulwark.imaging.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MembraneFillTest {

    @Property(tries = 60)
    void whatIsSeenStaysAndWhatIsFilledLiesBetween(
            @ForAll @IntRange(min = 2, max = 40) int width,
            @ForAll @IntRange(min = 2, max = 40) int height,
            @ForAll long seed) {
        boolean[] hidden = mask(width, height, seed);
        float[] plane = values(width * height, seed);
        float[] filled = plane.clone();
        new MembraneFill(width, height, hidden).fill(filled);

        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < plane.length; i++) {
            if (!hidden[i]) {
                assertThat(filled[i]).isEqualTo(plane[i]);
                least = Math.min(least, plane[i]);
                greatest = Math.max(greatest, plane[i]);
            }
        }
        for (float value : filled) {
            assertThat(value).isBetween(least - 1e-4f, greatest + 1e-4f);
        }
    }

    @Test
    void aRampIsRestoredBehindAStripe() {
        boolean[] hidden = new boolean[40 * 30];
        float[] plane = new float[hidden.length];
        for (int i = 0; i < plane.length; i++) {
            hidden[i] = i % 40 >= 17 && i % 40 < 22;
            plane[i] = hidden[i] ? 255 : 2 * (i % 40);
        }
        new MembraneFill(40, 30, hidden).fill(plane);
        for (int i = 0; i < plane.length; i++) {
            assertThat(plane[i]).isCloseTo(2 * (i % 40), within(2f));
        }
    }

    @Property(tries = 60)
    void derivativesGoBackTheWayThatValuesCame(
            @ForAll @IntRange(min = 2, max = 40) int width,
            @ForAll @IntRange(min = 2, max = 40) int height,
            @ForAll long seed) {
        MembraneFill fill = new MembraneFill(width, height, mask(width, height, seed));
        float[] plane = values(width * height, seed);
        float[] slope = values(width * height, seed + 1);
        float[] filled = plane.clone();
        fill.fill(filled);
        float[] pulled = slope.clone();
        fill.pullBack(pulled);

        assertThat(dot(pulled, plane)).isCloseTo(dot(slope, filled), within(1e-3 * width * height));
    }

    @Test
    void aMaskThatHidesAllIsRefused() {
        boolean[] all = {true, true, true, true};
        assertThatThrownBy(() -> new MembraneFill(2, 2, all)).hasMessageContaining("must leave one");
        assertThatThrownBy(() -> new MembraneFill(3, 2, new boolean[4])).hasMessageContaining("3x2");
    }

    private static boolean[] mask(int width, int height, long seed) {
        Random random = new Random(seed);
        boolean[] hidden = new boolean[width * height];
        for (int i = 1; i < hidden.length; i++) {
            hidden[i] = random.nextInt(3) > 0;
        }
        return hidden;
    }

    private static float[] values(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}

package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.invert.FreePixels.Placement.Size;
import io.bulwark.lab.invert.FreePixels.TotalVariation;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TotalVariationTest {

    @Test
    void itsSlopeIsTheDifferenceQuotient() {
        Size size = new Size(3, 4);
        SplittableRandom random = new SplittableRandom(1);
        float[] pixels = new float[12];
        for (int i = 0; i < 12; i++) {
            pixels[i] = (float) random.nextDouble();
        }
        float[] slope = new float[12];
        TotalVariation.addSlope(pixels, 0, size, 5, slope);
        assertThat(slope).isNotEqualTo(new float[12]);

        for (int i = 0; i < 12; i++) {
            float[] more = pixels.clone();
            float[] less = pixels.clone();
            more[i] += 0.01f;
            less[i] -= 0.01f;
            double quotient = 5 * (variation(more, size) - variation(less, size)) / 0.02;
            assertThat((double) slope[i]).isCloseTo(quotient, within(1e-4));
        }
    }

    /** As the definition has it. */
    private static double variation(float[] pixels, Size size) {
        double sum = 0;
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                int here = y * size.width() + x;
                double right = x + 1 < size.width() ? pixels[here + 1] - pixels[here] : 0;
                double down = y + 1 < size.height() ? pixels[here + size.width()] - pixels[here] : 0;
                sum += right * right + down * down;
            }
        }
        return sum / (3 * size.area());
    }
}

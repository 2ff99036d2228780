package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.invert.FreePixels.Placement;
import io.bulwark.lab.invert.FreePixels.Placement.Size;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {

    @Test
    void aPlainPlacementOfTheSameSizeChangesNothing() {
        Size size = new Size(5, 7);
        float[] canvas = random(3 * size.area(), 1);
        float[] read = new float[canvas.length];

        Placement.PLAIN.read(canvas, 0, size, read, 0, size);

        assertThat(read).containsExactly(canvas, within(1e-6f));
    }

    @Test
    void aShiftByOnePixelReadsTheNeighbour() {
        Size size = new Size(4, 4);
        float[] canvas = random(3 * size.area(), 2);
        float[] read = new float[canvas.length];

        new Placement(1, 0, 0.25, 0).read(canvas, 0, size, read, 0, size);

        for (int y = 0; y < 4; y++) {
            assertThat(read[y * 4]).isCloseTo(canvas[y * 4], within(1e-6f));
            for (int x = 1; x < 4; x++) {
                assertThat(read[y * 4 + x]).isCloseTo(canvas[y * 4 + x - 1], within(1e-6f));
            }
        }
    }

    @Test
    void aQuarterTurnReadsTheCornerBeside() {
        Size size = new Size(2, 2);
        float[] canvas = {1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0};
        float[] read = new float[canvas.length];

        new Placement(1, Math.PI / 2, 0, 0).read(canvas, 0, size, read, 0, size);

        assertThat(Arrays.copyOf(read, 4)).containsExactly(new float[] {3, 1, 4, 2}, within(1e-5f));
    }

    /** The inner product of what is read with anything is that of the canvas with what is pulled back. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theWayBackIsTheTransposeOfTheWayThere(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Size from = new Size(1 + random.nextInt(9), 1 + random.nextInt(9));
        Size to = new Size(1 + random.nextInt(9), 1 + random.nextInt(9));
        Placement placement = new Placement(
                0.5 + random.nextDouble(), random.nextDouble() - 0.5, random.nextDouble() - 0.5, random.nextDouble());
        float[] canvas = random(2 + 3 * from.area(), seed + 10);
        float[] other = random(1 + 3 * to.area(), seed + 20);
        float[] read = new float[other.length];
        float[] back = new float[canvas.length];

        placement.read(canvas, 2, from, read, 1, to);
        placement.pullBack(other, 1, to, back, 2, from);

        assertThat(dot(read, other)).isCloseTo(dot(canvas, back), within(1e-3));
    }

    private static float[] random(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}

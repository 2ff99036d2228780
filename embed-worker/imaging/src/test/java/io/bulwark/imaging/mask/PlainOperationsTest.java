package io.bulwark.imaging.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.mask.MaskLayers.Convolution;
import io.bulwark.imaging.mask.PlainOperations.Planes;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlainOperationsTest {

    private final float[] weights = gaussian(MaskLayers.INSETS.size(), 1);
    private final PlainOperations operations = new PlainOperations(new MaskNetwork(MaskLayers.INSETS, weights));

    @Test
    void everyConvolutionIsTheSumOverItsKernelWithZerosAround() {
        for (Convolution by : MaskLayers.INSETS.convolutions()) {
            Planes input = random(by.in(), 24, 16);
            Planes output = operations.convolve(by, input);
            assertThat(output.width()).isEqualTo(24 / by.stride());
            for (int channel = 0; channel < by.out(); channel++) {
                for (int y = 0; y < output.height(); y++) {
                    for (int x = 0; x < output.width(); x++) {
                        double expected = slow(by, input, channel, x, y);
                        assertThat((double) output.planes()[channel][output.at(x, y)])
                                .as("%s, channel %d at %d, %d", by.name(), channel, x, y)
                                .isCloseTo(expected, within(1e-3));
                    }
                }
            }
        }
    }

    @Test
    void whatLiesBetweenRowsStaysZero() {
        Planes output = operations.relu(
                operations.convolve(MaskLayers.INSETS.convolutions().get(0), random(3, 24, 16)));
        double inside = 0;
        for (int y = 0; y < output.height(); y++) {
            for (int x = 0; x < output.width(); x++) {
                inside += output.planes()[0][output.at(x, y)];
            }
        }
        double all = 0;
        for (float value : output.planes()[0]) {
            all += value;
        }
        assertThat(all).isEqualTo(inside);
    }

    @Test
    void enlargingRepeatsEachValueTwoByTwo() {
        Planes input = random(2, 8, 8);
        Planes output = operations.enlarge(input);
        assertThat(output.planes()[1][output.at(7, 12)]).isEqualTo(input.planes()[1][input.at(3, 6)]);
    }

    private double slow(Convolution by, Planes input, int channel, int x, int y) {
        int at = MaskLayers.INSETS.offset(by);
        int perGroup = by.in() / by.groups();
        double sum = weights[at + by.size() + channel];
        for (int i = 0; i < perGroup; i++) {
            int from = by.groups() == 1 ? i : channel;
            for (int tap = 0; tap < by.kernel() * by.kernel(); tap++) {
                int row = y * by.stride() + tap / by.kernel() * by.dilation() - by.padding();
                int column = x * by.stride() + tap % by.kernel() * by.dilation() - by.padding();
                if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
                    float weight = weights[at + (channel * perGroup + i) * by.kernel() * by.kernel() + tap];
                    sum += weight * input.planes()[from][input.at(column, row)];
                }
            }
        }
        return sum;
    }

    private static Planes random(int channels, int width, int height) {
        Planes planes = Planes.zeros(channels, width, height);
        float[] values = gaussian(channels * width * height, 2);
        for (int i = 0; i < values.length; i++) {
            int place = i % (width * height);
            planes.planes()[i / (width * height)][planes.at(place % width, place / width)] = values[i];
        }
        return planes;
    }

    private static float[] gaussian(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}

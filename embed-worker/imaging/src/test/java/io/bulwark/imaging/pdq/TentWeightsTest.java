package io.bulwark.imaging.pdq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.pdq.PdqHasher.TentWeights;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TentWeightsTest {

    @Property(tries = 200)
    void eachSampleIsAMeanOfPixelsOfTheAxis(
            @ForAll @IntRange(min = 5, max = 9000) int length, @ForAll boolean reversed) {
        TentWeights tent = TentWeights.of(length, reversed);

        for (int sample = 0; sample < TentWeights.SAMPLES; sample++) {
            double[] weights = tent.weights()[sample];
            assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-9));
            assertThat(Arrays.stream(weights).min().orElseThrow()).isPositive();
            assertThat(tent.start()[sample]).isNotNegative();
            assertThat(tent.start()[sample] + weights.length).isLessThanOrEqualTo(length);
        }
    }

    @Property(tries = 50)
    void aReversedAxisHasTheSamePixelsCountedFromItsEnd(@ForAll @IntRange(min = 5, max = 3000) int length) {
        TentWeights forward = TentWeights.of(length, false);
        TentWeights reversed = TentWeights.of(length, true);
        double[] ramp = new double[length];
        double[] backwards = new double[length];
        for (int i = 0; i < length; i++) {
            ramp[i] = i * (i + 3.0);
            backwards[length - 1 - i] = ramp[i];
        }

        for (int sample = 0; sample < TentWeights.SAMPLES; sample++) {
            assertThat(reversed.weigh(sample, backwards))
                    .isCloseTo(forward.weigh(sample, ramp), within(1e-9 * length * length));
        }
    }

    @Test
    void aTentOfTwoBoxesOfFourRisesAndFallsAndReachesFurtherBack() {
        // 512 pixels: a box of 4 reaches one pixel ahead and two behind, the sample stands at pixel 260.
        assertThat(TentWeights.of(512, false).start()[32]).isEqualTo(258);
        assertThat(TentWeights.of(512, false).weights()[32])
                .containsExactly(1 / 16.0, 2 / 16.0, 3 / 16.0, 4 / 16.0, 3 / 16.0, 2 / 16.0, 1 / 16.0);
    }

    @Test
    void upTo128PixelsASampleIsOnePixel() {
        assertThat(List.of(TentWeights.of(128, false).weights())).allMatch(weights -> weights.length == 1);
        assertThat(TentWeights.of(129, false).weights()[32]).hasSize(3);
        assertThat(TentWeights.of(6, false).start()).startsWith(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    }
}

package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.audit.TwinCalibration.ConformalThreshold;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ConformalThresholdTest {

    @Test
    void onePercentNeedsNinetyNineImages() {
        assertThat(ConformalThreshold.imagesNeeded(0.01)).isEqualTo(99);
        assertThat(ConformalThreshold.imagesNeeded(0.05)).isEqualTo(19);
        assertThat(ConformalThreshold.imagesNeeded(0.5)).isEqualTo(1);
    }

    @Test
    void withNinetyNineImagesTheGreatestScoreIsTheThreshold() {
        assertThat(ConformalThreshold.of(upTo(99), 0.01)).isEqualTo(99);
    }

    @Test
    void withAHundredAndNinetyNineImagesTheSecondGreatestIs() {
        assertThat(ConformalThreshold.of(upTo(198), 0.01)).isEqualTo(198);
        assertThat(ConformalThreshold.of(upTo(199), 0.01)).isEqualTo(198);
    }

    @Test
    void fewerImagesThanTheBudgetNeedsAreRefusedWithBothNumbers() {
        assertThatThrownBy(() -> ConformalThreshold.of(upTo(98), 0.01))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("98 clean images")
                .hasMessageContaining("at least 99");
    }

    @Test
    void aBudgetThatIsNoShareIsRefused() {
        for (double budget : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThatThrownBy(() -> ConformalThreshold.of(upTo(1000), budget))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("above 0 and below 1");
        }
    }

    /** The promise itself: leave out each of n + 1 exchangeable scores; on average at most the budget fires. */
    @Property(tries = 200)
    void ofAnyScoresTheShareThatFiresWhenLeftOutKeepsToTheBudget(
            @ForAll long seed,
            @ForAll @IntRange(min = 20, max = 300) int images,
            @ForAll @DoubleRange(min = 0.05, max = 0.5) double budget,
            @ForAll @IntRange(min = 1, max = 1000) int levels) {
        Random random = new Random(seed);
        double[] scores = IntStream.rangeClosed(0, images)
                .mapToDouble(i -> random.nextInt(levels) / (double) levels)
                .toArray();

        long fired = IntStream.range(0, scores.length)
                .filter(left -> scores[left] > ConformalThreshold.of(without(scores, left), budget))
                .count();

        assertThat(fired / (double) scores.length).isLessThanOrEqualTo(budget + 1e-6);
    }

    @Property(tries = 100)
    void aLargerBudgetNeverRaisesTheThreshold(
            @ForAll long seed, @ForAll @DoubleRange(min = 0.02, max = 0.4) double budget) {
        double[] scores = new Random(seed).doubles(100).toArray();

        assertThat(ConformalThreshold.of(scores, budget + 0.1))
                .isLessThanOrEqualTo(ConformalThreshold.of(scores, budget));
    }

    @Test
    void theScoresAreLeftAsTheyWere() {
        double[] scores = {3, 1, 2};

        ConformalThreshold.of(scores, 0.5);

        assertThat(scores).containsExactly(3, 1, 2);
    }

    private static double[] upTo(int images) {
        return DoubleStream.iterate(1, score -> score + 1).limit(images).toArray();
    }

    private static double[] without(double[] scores, int left) {
        double[] rest = Arrays.copyOf(scores, scores.length - 1);
        if (left < rest.length) {
            rest[left] = scores[scores.length - 1];
        }
        return rest;
    }
}

package io.bulwark.perception.metric;

import static io.bulwark.perception.metric.Choice.Side.LEFT;
import static io.bulwark.perception.metric.Choice.Side.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.metric.Choice.OddOneOut;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChoiceTest {

    private final GoldenMetrics golden = GoldenMetrics.of("twoafc");

    @Test
    void similaritiesAndChoicesAreThoseOfTheOriginal() {
        List<Choice> choices = choices();
        for (int i = 0; i < choices.size(); i++) {
            assertThat(choices.get(i).left()).isCloseTo(golden.floats("sim_left")[i], within(1e-6));
            assertThat(choices.get(i).right()).isCloseTo(golden.floats("sim_right")[i], within(1e-6));
            assertThat(choices.get(i).side().ordinal())
                    .isEqualTo(golden.expected().path("pred").path(i).asInt());
        }
    }

    @Test
    void accuracyIsThatOfTheOriginal() {
        List<Choice> choices = choices();
        double correct = IntStream.range(0, choices.size())
                .filter(i -> choices.get(i).side() == people(i))
                .count();

        assertThat(correct / choices.size())
                .isEqualTo(golden.expected().path("accuracy").asDouble());
    }

    @Test
    void marginLossIsThatOfTheOriginal() {
        List<Choice> choices = choices();
        for (int i = 0; i < choices.size(); i++) {
            assertThat(choices.get(i).marginLoss(people(i))).isCloseTo(golden.floats("margin_loss")[i], within(1e-6));
        }
    }

    @Test
    void aTieIsLeftAndCostsNothing() {
        Choice tie = new Choice(0.5, 0.5);

        assertThat(tie.side()).isEqualTo(LEFT);
        assertThat(tie.marginLoss(RIGHT)).isZero();
    }

    @Test
    void theLossIsPositiveWhereTheChoiceIsWrong() {
        assertThat(new Choice(0.9, 0.2).marginLoss(RIGHT)).isPositive();
        assertThat(new Choice(0.9, 0.2).marginLoss(LEFT)).isNegative();
    }

    @Test
    void theOddOneOutIsThatOfTheOriginalTiesIncluded() {
        float[][] first = golden.rows("ooo_a");
        float[][] second = golden.rows("ooo_b");
        float[][] third = golden.rows("ooo_c");
        for (int i = 0; i < first.length; i++) {
            assertThat(OddOneOut.of(first[i], second[i], third[i]))
                    .isEqualTo(golden.expected().path("odd_one_out").path(i).asInt());
        }
    }

    @Test
    void aZeroEmbeddingIsLikeNothing() {
        assertThat(Cosine.similarity(new float[] {0, 0}, new float[] {1, 0})).isZero();
    }

    @Test
    void embeddingsOfDifferentEncodersAreNotCompared() {
        assertThatThrownBy(() -> Cosine.similarity(new float[2], new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 and 3");
    }

    private Choice.Side people(int i) {
        return golden.floats("label")[i] == 1 ? RIGHT : LEFT;
    }

    private List<Choice> choices() {
        float[][] reference = golden.rows("ref");
        float[][] left = golden.rows("left");
        float[][] right = golden.rows("right");
        return IntStream.range(0, reference.length)
                .mapToObj(i -> Choice.between(reference[i], left[i], right[i]))
                .toList();
    }
}

package io.bulwark.lab.attack.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.loss.EmbeddingLoss.Row.Score;
import io.bulwark.lab.attack.loss.PrototypeLoss.Prototypes;
import io.bulwark.perception.metric.Choice;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LogitLossTest {

    private static final int DIMENSION = 6;

    @Property(tries = 100)
    void slopesAreThoseOfDifferenceQuotients(@ForAll LogitLoss loss, @ForAll long seed) {
        Random random = new Random(seed);
        Prototypes prototypes = Prototypes.of(rows(random, 4), 10);
        PrototypeLoss row = new PrototypeLoss(loss, List.of(prototypes), new int[] {2}, new int[] {1});
        float[] embedding = row(random);
        float[] slope = new float[DIMENSION];
        row.of(0, embedding, slope);

        for (int d = 0; d < DIMENSION; d++) {
            double step = 1e-3;
            double here = at(row, embedding, d, 0);
            double before = (here - at(row, embedding, d, -step)) / step;
            double behind = (at(row, embedding, d, step) - here) / step;
            // A margin has kinks: there the slope is that of one side.
            assertThat((double) slope[d]).isBetween(Math.min(before, behind) - 0.02, Math.max(before, behind) + 0.02);
        }
    }

    @Property(tries = 100)
    void theMarginIsAboveZeroExactlyWhereTheDecisionIsWrong(@ForAll long seed) {
        double[] logits = new Random(seed).doubles(5).toArray();

        Score score = LogitLoss.MARGIN.evaluate(logits, 3, 0, new double[5]);

        assertThat(score.fooled()).isEqualTo(score.loss() > 0);
    }

    @Property(tries = 100)
    void theMarginOfTwoAlternativesIsThatOfTheMetric(@ForAll Choice.Side people, @ForAll long seed) {
        Random random = new Random(seed);
        float[] reference = row(random);
        float[] left = row(random);
        float[] right = row(random);
        PrototypeLoss flip = PrototypeLoss.flipChoice(
                LogitLoss.MARGIN, new float[][] {left}, new float[][] {right}, new Choice.Side[] {people});

        Score score = flip.of(0, reference, new float[DIMENSION]);

        Choice choice = Choice.between(reference, left, right);
        assertThat(score.loss()).isCloseTo(choice.marginLoss(people), within(1e-6));
        assertThat(score.fooled()).isEqualTo(choice.side() != people);
    }

    @Test
    void crossEntropyIsMinusTheLogProbabilityOfTheTrueClass() {
        double[] logits = {1, 2, 3};
        double sum = Math.exp(1) + Math.exp(2) + Math.exp(3);

        assertThat(LogitLoss.CROSS_ENTROPY.evaluate(logits, 0, 0, new double[3]).loss())
                .isCloseTo(-Math.log(Math.exp(1) / sum), within(1e-12));
    }

    @Test
    void crossEntropyOfHugeLogitsIsFinite() {
        double[] slope = new double[2];

        double loss = LogitLoss.CROSS_ENTROPY
                .evaluate(new double[] {1e4, -1e4}, 1, 0, slope)
                .loss();

        assertThat(loss).isCloseTo(2e4, within(1e-6));
        assertThat(slope).containsExactly(new double[] {1, -1}, within(1e-12));
    }

    @Test
    void aTargetedAttackHasWonOnlyWithItsTarget() {
        double[] logits = {0.1, 0.9, 0.5};

        assertThat(LogitLoss.TARGETED.evaluate(logits, 0, 2, new double[3]).fooled())
                .isFalse();
        assertThat(LogitLoss.TARGETED.evaluate(logits, 0, 1, new double[3]).fooled())
                .isTrue();
    }

    @Test
    void equalLogitsAreDecidedForTheLowerClass() {
        double[] tie = {0.5, 0.5};

        assertThat(LogitLoss.MARGIN.evaluate(tie, 0, 1, new double[2]).fooled()).isFalse();
        assertThat(LogitLoss.MARGIN.evaluate(tie, 1, 0, new double[2]).fooled()).isTrue();
    }

    private static double at(PrototypeLoss row, float[] embedding, int dimension, double step) {
        float[] moved = embedding.clone();
        moved[dimension] += (float) step;
        return row.of(0, moved, new float[DIMENSION]).loss();
    }

    private static float[][] rows(Random random, int count) {
        float[][] rows = new float[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = row(random);
        }
        return rows;
    }

    private static float[] row(Random random) {
        float[] row = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            row[d] = (float) random.nextGaussian() + 0.1f;
        }
        return row;
    }
}

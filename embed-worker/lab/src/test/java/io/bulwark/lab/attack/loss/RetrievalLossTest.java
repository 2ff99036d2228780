package io.bulwark.lab.attack.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.attack.loss.RetrievalLoss.Wanted;
import io.bulwark.perception.metric.Ranking;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetrievalLossTest {

    private static final int DIMENSION = 16;
    private static final Set<Integer> ANSWERS = Set.of(3, 4, 5);
    private static final Set<Integer> IGNORED = Set.of(7, 8);

    private final Random random = new Random(3);
    private final float[][] gallery =
            IntStream.range(0, 30).mapToObj(item -> unit()).toArray(float[][]::new);
    private final RetrievalLoss loss = new RetrievalLoss(
            gallery,
            List.of(new Wanted(
                    new int[] {3, 4, 5},
                    IntStream.range(0, gallery.length)
                            .filter(item -> !ANSWERS.contains(item) && !IGNORED.contains(item))
                            .toArray())));

    @Test
    void slopesAreThoseOfTheLoss() {
        for (int attempt = 0; attempt < 10; attempt++) {
            Slopes.check(loss.batched(), unit(), new int[1], 5e-3);
        }
    }

    @Test
    void itGoesOnUntilEveryAnswerComesLast() {
        float[] query = gallery[3].clone();
        assertThat(precision(query)).isGreaterThan(0.3);
        int fooledAt = -1;

        for (int step = 0; step < 2_000 && fooledAt < 0; step++) {
            float[] slope = new float[DIMENSION];
            boolean fooled = loss.of(0, query, slope).fooled();
            assertThat(fooled).as("at precision %s", precision(query)).isEqualTo(comeLast(query));
            fooledAt = fooled ? step : -1;
            for (int d = 0; d < DIMENSION; d++) {
                query[d] += 0.05f * slope[d];
            }
        }

        assertThat(fooledAt).as("step at which nothing was left to lose").isNotNegative();
        assertThat(precision(query)).isLessThan(0.1);
    }

    @Test
    void anItemThatCountsNeitherWayHasNoPartInIt() {
        float[] slope = new float[DIMENSION];
        float[] other = new float[DIMENSION];
        float[] query = unit();
        double value = loss.of(0, query, slope).loss();

        gallery[7] = query.clone();

        assertThat(loss.of(0, query, other).loss()).isEqualTo(value);
        assertThat(other).isEqualTo(slope);
    }

    @Test
    void whereAllIsAnAnswerThereIsNothingToLose() {
        RetrievalLoss all = new RetrievalLoss(gallery, List.of(new Wanted(new int[] {0, 1}, new int[0])));

        assertThat(all.of(0, unit(), new float[DIMENSION])).isEqualTo(new EmbeddingLoss.Row.Score(-1, false));
    }

    private double precision(float[] query) {
        return Ranking.of(query, gallery).without(IGNORED::contains).trapezoidAveragePrecision(ANSWERS::contains);
    }

    private boolean comeLast(float[] query) {
        int[] order = Ranking.of(query, gallery).without(IGNORED::contains).order();
        return IntStream.range(order.length - ANSWERS.size(), order.length)
                .allMatch(rank -> ANSWERS.contains(order[rank]));
    }

    private float[] unit() {
        float[] row = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            row[d] = (float) random.nextGaussian();
        }
        return UnitEmbedding.of(row).values();
    }
}

package io.bulwark.perception.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingTest {

    private static final int K = 20;

    @ParameterizedTest
    @ValueSource(strings = {"retrieval", "retrieval_ties"})
    void ordersTheGalleryAsAStableSortDoes(String name) {
        GoldenMetrics golden = GoldenMetrics.of(name);
        List<Ranking> rankings = rankings(golden);
        int[] order = golden.integers("topk_indices");
        float[] cosine = golden.floats("topk_cosine");
        for (int query = 0; query < rankings.size(); query++) {
            for (int rank = 0; rank < K; rank++) {
                assertThat(rankings.get(query).order()[rank]).isEqualTo(order[query * K + rank]);
                assertThat(rankings.get(query).similarities()[rank]).isCloseTo(cosine[query * K + rank], within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"retrieval", "retrieval_ties"})
    void averagePrecisionAndPrecisionAtKAreThoseOfTheOriginals(String name) {
        GoldenMetrics golden = GoldenMetrics.of(name);
        List<Ranking> rankings = rankings(golden);
        for (int query = 0; query < rankings.size(); query++) {
            Ranking ranking = rankings.get(query);
            IntPredicate relevant = relevant(golden, query);
            assertThat(ranking.averagePrecision(relevant))
                    .isCloseTo(answer(golden, "average_precision", query), exact());
            assertThat(ranking.trapezoidAveragePrecision(relevant))
                    .isCloseTo(answer(golden, "dino_trapezoid_ap", query), exact());
            for (int k : new int[] {1, 5, 10}) {
                double expected = golden.expected()
                        .path("precision_at")
                        .path(String.valueOf(k))
                        .path(query)
                        .asDouble();
                assertThat(ranking.precisionAt(k, relevant)).isCloseTo(expected, exact());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"retrieval", "retrieval_ties"})
    void theWeightedVoteOfTheNeighboursIsThatOfTheOriginal(String name) {
        GoldenMetrics golden = GoldenMetrics.of(name);
        NeighbourVote vote = new NeighbourVote(K, 0.07);
        int[] labels = golden.integers("gallery_labels");
        int[] truth = golden.integers("query_labels");
        List<Ranking> rankings = rankings(golden);
        int[] predicted = rankings.stream()
                .mapToInt(ranking -> vote.classes(ranking, labels).get(0))
                .toArray();
        long right = IntStream.range(0, truth.length)
                .filter(i -> predicted[i] == truth[i])
                .count();
        long inFive = IntStream.range(0, truth.length)
                .filter(i ->
                        vote.classes(rankings.get(i), labels).stream().limit(5).anyMatch(c -> c == truth[i]))
                .count();

        assertThat(predicted).isEqualTo(ints(golden, "predictions_numpy"));
        assertThat((double) right)
                .isEqualTo(golden.expected().path("knn").path("top1").asDouble());
        assertThat((double) inFive)
                .isEqualTo(golden.expected()
                        .path("knn")
                        .path("top5_counting_only_classes_among_the_neighbours")
                        .asDouble());
    }

    @Test
    void equalSimilaritiesComeByLowerIndex() {
        float[][] gallery = {{0, 1}, {2, 0}, {1, 0}, {3, 0}};

        assertThat(Ranking.of(new float[] {1, 0}, gallery).order()).containsExactly(1, 2, 3, 0);
    }

    @Test
    void nothingRelevantMeansPrecisionZero() {
        Ranking ranking = Ranking.of(new float[] {1}, new float[][] {{1}, {-1}});

        assertThat(ranking.averagePrecision(item -> false)).isZero();
        assertThat(ranking.trapezoidAveragePrecision(item -> false)).isZero();
    }

    @Test
    void equalWeightsAreDecidedForTheLowerClass() {
        Ranking ranking = Ranking.of(new float[] {1}, new float[][] {{1}, {1}});

        assertThat(new NeighbourVote(2, 1).classes(ranking, new int[] {7, 3})).containsExactly(3, 7);
    }

    @Test
    void aVoteNeedsNeighboursAndATemperature() {
        assertThatThrownBy(() -> new NeighbourVote(0, 1)).hasMessageContaining("k is 0");
        assertThatThrownBy(() -> new NeighbourVote(1, 0)).hasMessageContaining("temperature 0.0");
    }

    /** The four-item gallery of revisitop's protocol: junk moves the answers behind it up by one. */
    @Test
    void anIgnoredItemCountsAsIfItWereNotInTheGallery() {
        Ranking ranking = new Ranking(new int[] {7, 3, 5, 1}, new double[] {0.9, 0.8, 0.7, 0.6});

        Ranking without = ranking.without(item -> item == 7 || item == 5);

        assertThat(without.order()).containsExactly(3, 1);
        assertThat(without.similarities()).containsExactly(0.8, 0.6);
        assertThat(ranking.trapezoidAveragePrecision(item -> item == 3)).isCloseTo(0.25, exact());
        assertThat(without.trapezoidAveragePrecision(item -> item == 3)).isCloseTo(1, exact());
    }

    private static List<Ranking> rankings(GoldenMetrics golden) {
        float[][] gallery = golden.rows("gallery");
        return Arrays.stream(golden.rows("queries"))
                .map(query -> Ranking.of(query, gallery))
                .toList();
    }

    private static IntPredicate relevant(GoldenMetrics golden, int query) {
        int[] gallery = golden.integers("gallery_labels");
        int wanted = golden.integers("query_labels")[query];
        return item -> gallery[item] == wanted;
    }

    private static double answer(GoldenMetrics golden, String name, int query) {
        return golden.expected().path(name).path(query).asDouble();
    }

    private static int[] ints(GoldenMetrics golden, String name) {
        return IntStream.range(0, golden.expected().path("knn").path(name).size())
                .map(i -> golden.expected().path("knn").path(name).path(i).asInt())
                .toArray();
    }

    private static org.assertj.core.data.Offset<Double> exact() {
        return within(1e-12);
    }
}

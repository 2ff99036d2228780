package io.bulwark.perception.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A gallery in the order of its similarity to a query, most similar first, equals by lower index.
 *
 * @param order gallery indices
 * @param similarities in the order of {@code order}
 */
public record Ranking(int[] order, double[] similarities) {

    /**
     * Ranks a whole gallery.
     *
     * @param query {@code [D]}
     * @param gallery {@code [N][D]}
     */
    public static Ranking of(float[] query, float[][] gallery) {
        double[] similarity = Arrays.stream(gallery)
                .mapToDouble(item -> Cosine.similarity(query, item))
                .toArray();
        int[] order = IntStream.range(0, gallery.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer item) -> -similarity[item])
                        .thenComparingInt(item -> item))
                .mapToInt(Integer::intValue)
                .toArray();
        return new Ranking(
                order,
                Arrays.stream(order).mapToDouble(item -> similarity[item]).toArray());
    }

    /**
     * The same order without some items, as if they were not in the gallery: how junk is treated by the Oxford and Paris
     * protocols.
     *
     * @param ignored says of a gallery index whether it is left out
     */
    public Ranking without(IntPredicate ignored) {
        int[] kept = IntStream.range(0, order.length)
                .filter(rank -> !ignored.test(order[rank]))
                .toArray();
        return new Ranking(
                Arrays.stream(kept).map(rank -> order[rank]).toArray(),
                Arrays.stream(kept).mapToDouble(rank -> similarities[rank]).toArray());
    }

    /**
     * Mean over the relevant items of the precision at their rank, the whole gallery ranked; 0 where nothing is relevant.
     *
     * @param relevant says of a gallery index whether it answers the query
     */
    public double averagePrecision(IntPredicate relevant) {
        int[] ranks = ranksOf(relevant);
        return IntStream.range(0, ranks.length)
                .mapToDouble(found -> (found + 1.0) / (ranks[found] + 1.0))
                .average()
                .orElse(0);
    }

    /** The area under the precision-recall curve by trapezoids, as the Oxford and Paris landmarks are scored. */
    public double trapezoidAveragePrecision(IntPredicate relevant) {
        int[] ranks = ranksOf(relevant);
        return IntStream.range(0, ranks.length)
                .mapToDouble(found -> {
                    double before = ranks[found] == 0 ? 1 : (double) found / ranks[found];
                    double after = (found + 1.0) / (ranks[found] + 1.0);
                    return (before + after) / 2;
                })
                .average()
                .orElse(0);
    }

    /** Share of relevant items among the first k, in [0, 1]. */
    public double precisionAt(int k, IntPredicate relevant) {
        return Arrays.stream(order).limit(k).filter(relevant).count() / (double) k;
    }

    /** Ranks, from 0, of the relevant items, best first. */
    private int[] ranksOf(IntPredicate relevant) {
        return IntStream.range(0, order.length)
                .filter(rank -> relevant.test(order[rank]))
                .toArray();
    }

    /**
     * The kNN classifier that DINO is evaluated with: each of the k nearest votes for its class with exp(cosine /
     * temperature) (Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination").
     *
     * @param k neighbours, at least 1
     * @param temperature above 0; DINO's is 0.07
     */
    public record NeighbourVote(int k, double temperature) {

        public NeighbourVote {
            if (k < 1 || !(temperature > 0)) {
                throw new IllegalArgumentException(
                        "k is %d and temperature %s; allowed are k >= 1 and temperature > 0".formatted(k, temperature));
            }
        }

        /**
         * Classes among the neighbours, the heaviest first, equals by lower class.
         *
         * @param labels class of each gallery item
         */
        public List<Integer> classes(Ranking ranking, int[] labels) {
            Map<Integer, Double> weights = new TreeMap<>();
            for (int rank = 0; rank < Math.min(k, ranking.order().length); rank++) {
                double weight = Math.exp(ranking.similarities()[rank] / temperature);
                weights.merge(labels[ranking.order()[rank]], weight, Double::sum);
            }
            return weights.entrySet().stream()
                    .sorted(Map.Entry.<Integer, Double>comparingByValue().reversed())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}

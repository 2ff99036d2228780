package io.bulwark.perception.metric;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The kNN classifier that DINO is evaluated with: each of the k nearest votes for its class with exp(cosine / temperature)
 * (Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination").
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

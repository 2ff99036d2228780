package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The similarity-weighted vote of the k nearest: neighbour i weighs {@code exp(s_i / T)} for its cosine {@code s_i} and
 * the temperature {@code T}, and the score of a set of labels is their neighbours' share of the weight.
 *
 * <p>Wu, Xiong, Yu, Lin, "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", CVPR 2018, section
 * 3.4 (T = 0.07); the same weighting evaluates DINO (Caron et al., ICCV 2021).
 *
 * @param temperature T, above 0
 */
record SimilarityVote(double temperature) {

    /**
     * The score of some labels together, in [0, 1].
     *
     * @param nearest nearest first; none at all scores 1, since nothing speaks for the view
     */
    public double score(List<Neighbour> nearest, Predicate<String> labels) {
        if (nearest.isEmpty()) {
            return 1;
        }
        double some = 0;
        double all = 0;
        double greatest = nearest.get(0).similarity();
        for (Neighbour neighbour : nearest) {
            double weight = Math.exp((neighbour.similarity() - greatest) / temperature);
            all += weight;
            if (labels.test(neighbour.label())) {
                some += weight;
            }
        }
        return Math.min(1, some / all);
    }

    /** The score of each label that a neighbour has; they sum to 1. */
    Map<String, Double> scores(List<Neighbour> nearest) {
        Map<String, Double> scores = new TreeMap<>();
        for (Neighbour neighbour : nearest) {
            scores.computeIfAbsent(neighbour.label(), label -> score(nearest, label::equals));
        }
        return scores;
    }
}

package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.Set;

/**
 * The similarity-weighted vote of the k nearest: neighbour i weighs {@code exp(s_i / T)} for its cosine {@code s_i} and
 * the temperature {@code T}, and the score is the flagged neighbours' share of the weight.
 *
 * <p>Wu, Xiong, Yu, Lin, "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", CVPR 2018, section
 * 3.4 (T = 0.07); the same weighting evaluates DINO (Caron et al., ICCV 2021).
 *
 * @param temperature T, above 0
 * @param flaggedLabels labels that count as flagged
 */
public record SimilarityVote(double temperature, Set<String> flaggedLabels) {

    /**
     * The score, in [0, 1].
     *
     * @param nearest nearest first; none at all scores 1, since nothing speaks for the view
     */
    public double score(List<Neighbour> nearest) {
        if (nearest.isEmpty()) {
            return 1;
        }
        double flagged = 0;
        double all = 0;
        double greatest = nearest.get(0).similarity();
        for (Neighbour neighbour : nearest) {
            double weight = Math.exp((neighbour.similarity() - greatest) / temperature);
            all += weight;
            if (flaggedLabels.contains(neighbour.label())) {
                flagged += weight;
            }
        }
        return Math.min(1, flagged / all);
    }
}

package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The similarity-weighted vote of the k nearest: neighbour i weighs {@code exp(s_i / T)} for its cosine {@code s_i} and
 * the temperature {@code T}, and the score of a set of labels is their neighbours' share of the weight.
 *
 * <p>Wu, Xiong, Yu, Lin, "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", CVPR 2018, section
 * 3.4 (T = 0.07); the same weighting evaluates DINO (Caron et al., ICCV 2021).
 *
 * @param labels of the neighbours, nearest first
 * @param weights of the same, relative to the heaviest, in [0, 1]; not modified
 */
record Ballot(List<String> labels, double[] weights) {

    /**
     * Weighs neighbours.
     *
     * @param nearest nearest first
     * @param temperature T, above 0
     */
    static Ballot of(List<Neighbour> nearest, double temperature) {
        return of(nearest, temperature, nearest.isEmpty() ? 0 : nearest.get(0).similarity());
    }

    private static Ballot of(List<Neighbour> nearest, double temperature, double greatest) {
        return new Ballot(
                nearest.stream().map(Neighbour::label).toList(),
                nearest.stream()
                        .mapToDouble(neighbour -> Math.exp((neighbour.similarity() - greatest) / temperature))
                        .toArray());
    }

    /**
     * Weighs neighbours beside references at the view itself, which would be the heaviest.
     *
     * @param nearest nearest first
     * @param temperature T, above 0
     */
    static Ballot besideIdentity(List<Neighbour> nearest, double temperature) {
        return of(nearest, temperature, 1);
    }

    int size() {
        return labels.size();
    }

    /** The score of some labels together, in [0, 1]; 1 without a voter, since nothing speaks for the view. */
    double score(Set<String> some) {
        if (labels.isEmpty()) {
            return 1;
        }
        double ofThem = 0;
        double all = 0;
        for (int i = 0; i < weights.length; i++) {
            all += weights[i];
            if (some.contains(labels.get(i))) {
                ofThem += weights[i];
            }
        }
        return Math.min(1, ofThem / all);
    }

    /** The score of each label that a neighbour has; they sum to 1. */
    Map<String, Double> scores() {
        Map<String, Double> scores = new TreeMap<>();
        for (String label : labels) {
            scores.computeIfAbsent(label, each -> score(Set.of(each)));
        }
        return scores;
    }

    /** The same weights with another label for one of them. */
    Ballot relabelled(int neighbour, String label) {
        List<String> changed = new ArrayList<>(labels);
        changed.set(neighbour, label);
        return new Ballot(changed, weights);
    }

    /**
     * The same with references inserted at the view itself.
     *
     * @param k voters; inserted references push out the farthest
     */
    Ballot inserted(int count, String label, int k) {
        int kept = Math.min(size(), k - count);
        List<String> changed = new ArrayList<>();
        double[] weighed = new double[count + kept];
        for (int i = 0; i < count; i++) {
            changed.add(label);
            weighed[i] = 1;
        }
        changed.addAll(labels.subList(0, kept));
        System.arraycopy(weights, 0, weighed, count, kept);
        return new Ballot(changed, weighed);
    }
}

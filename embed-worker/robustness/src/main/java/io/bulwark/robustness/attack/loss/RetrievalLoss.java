package io.bulwark.robustness.attack.loss;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Drives a query away from its matches in a gallery: raised is how much nearer the k-th best item that is no match is
 * than the best match. Fooled is a query with no match among its k nearest.
 *
 * @param gallery what is searched; its ids are those of the matches
 * @param rows the embedding of each id, {@code [D]} of length 1
 * @param matches ids that each sample should find, at least one of them in the gallery
 * @param k how deep the defender looks, at least 1
 */
public record RetrievalLoss(Bank gallery, Map<String, float[]> rows, List<Set<String>> matches, int k)
        implements EmbeddingLoss.Row {

    @Override
    public Score of(int sample, float[] embedding, float[] slope) {
        UnitEmbedding unit = UnitEmbedding.of(embedding);
        Set<String> wanted = matches.get(sample);
        String best = wanted.stream()
                .max((a, b) -> Double.compare(unit.dot(rows.get(a)), unit.dot(rows.get(b))))
                .orElseThrow();
        // So deep that k items remain when every match is left out.
        List<Neighbour> nearest =
                gallery.nearest(unit.values(), 1, k + wanted.size()).get(0);
        List<Neighbour> others = nearest.stream()
                .filter(item -> !wanted.contains(item.referenceId()))
                .limit(k)
                .toList();
        boolean found = nearest.stream().limit(k).anyMatch(item -> wanted.contains(item.referenceId()));
        double[] byUnit = new double[slope.length];
        UnitEmbedding.add(byUnit, rows.get(best), -1);
        double loss = -unit.dot(rows.get(best));
        if (!others.isEmpty()) {
            float[] last = rows.get(others.get(others.size() - 1).referenceId());
            UnitEmbedding.add(byUnit, last, 1);
            loss += unit.dot(last);
        }
        unit.pullBack(byUnit, slope);
        return new Score(loss, !found);
    }
}

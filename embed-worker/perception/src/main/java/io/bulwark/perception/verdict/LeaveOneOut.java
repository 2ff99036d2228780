package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Each reference of a bank with its nearest among the others.
 *
 * @param reference the one left out
 * @param nearest the k nearest of the rest, nearest first
 */
public record LeaveOneOut(LabelledEmbedding reference, List<Neighbour> nearest) {

    private static final int BATCH = 64;

    /**
     * All of them, in the order of ids.
     *
     * @param references of one encoder, with distinct ids
     * @param k neighbours of each
     */
    public static List<LeaveOneOut> of(List<LabelledEmbedding> references, int k) {
        List<LabelledEmbedding> sorted = references.stream()
                .sorted(Comparator.comparing(LabelledEmbedding::id))
                .toList();
        List<LeaveOneOut> left = new ArrayList<>(sorted.size());
        try (Bank bank = MatrixBank.of("leave-one-out", sorted)) {
            for (int from = 0; from < sorted.size(); from += BATCH) {
                List<LabelledEmbedding> batch = sorted.subList(from, Math.min(from + BATCH, sorted.size()));
                List<List<Neighbour>> found = bank.nearest(rows(batch, bank.dimension()), batch.size(), k + 1);
                for (int i = 0; i < batch.size(); i++) {
                    left.add(without(batch.get(i), found.get(i), k));
                }
            }
        }
        return left;
    }

    double nearestSimilarity() {
        return nearest.isEmpty() ? -1 : nearest.get(0).similarity();
    }

    /** The reference itself is missing from its neighbours where more than k duplicates of it have lower ids. */
    private static LeaveOneOut without(LabelledEmbedding reference, List<Neighbour> found, int k) {
        return new LeaveOneOut(
                reference,
                found.stream()
                        .filter(neighbour -> !neighbour.referenceId().equals(reference.id()))
                        .limit(k)
                        .toList());
    }

    private static float[] rows(List<LabelledEmbedding> batch, int dimension) {
        float[] rows = new float[batch.size() * dimension];
        for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(batch.get(i).embedding(), 0, rows, i * dimension, dimension);
        }
        return rows;
    }
}

package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Each reference of a bank with its nearest among the others.
 *
 * @param reference the one left out
 * @param near k of the rest
 */
public record LeaveOneOut(LabelledEmbedding reference, NearReferences near) {

    private static final int BATCH = 64;

    /**
     * All of them, in the order of ids, each without itself alone.
     *
     * @param references of one encoder, with distinct ids
     * @param k neighbours of each
     */
    static List<LeaveOneOut> of(List<LabelledEmbedding> references, int k) {
        return of(references, k, UnaryOperator.identity());
    }

    /**
     * All of them, in the order of ids, each without all that was made of its picture: the references of one picture
     * would vouch for each other.
     *
     * @param references of one encoder, with distinct ids
     * @param k neighbours of each
     * @param pictureOf the picture that a reference's id belongs to
     */
    public static List<LeaveOneOut> of(List<LabelledEmbedding> references, int k, UnaryOperator<String> pictureOf) {
        List<LabelledEmbedding> sorted = references.stream()
                .sorted(Comparator.comparing(LabelledEmbedding::id))
                .toList();
        int most = mostOfOnePicture(sorted, pictureOf);
        List<LeaveOneOut> left = new ArrayList<>(sorted.size());
        try (Bank bank = MatrixBank.of("leave-one-out", sorted)) {
            for (int from = 0; from < sorted.size(); from += BATCH) {
                List<LabelledEmbedding> batch = sorted.subList(from, Math.min(from + BATCH, sorted.size()));
                List<NearReferences> found = bank.near(rows(batch, bank.dimension()), batch.size(), k + most);
                for (int i = 0; i < batch.size(); i++) {
                    left.add(without(batch.get(i), found.get(i), k, pictureOf));
                }
            }
        }
        return left;
    }

    private static int mostOfOnePicture(List<LabelledEmbedding> references, UnaryOperator<String> pictureOf) {
        return references.stream()
                .collect(Collectors.groupingBy(reference -> pictureOf.apply(reference.id()), Collectors.counting()))
                .values()
                .stream()
                .mapToInt(Long::intValue)
                .max()
                .orElse(0);
    }

    /** The reference itself is missing from its neighbours where more than k duplicates of it have lower ids. */
    private static LeaveOneOut without(
            LabelledEmbedding reference, NearReferences found, int k, UnaryOperator<String> pictureOf) {
        String picture = pictureOf.apply(reference.id());
        return new LeaveOneOut(
                reference,
                found.only(neighbour ->
                                !pictureOf.apply(neighbour.referenceId()).equals(picture))
                        .first(k));
    }

    private static float[] rows(List<LabelledEmbedding> batch, int dimension) {
        float[] rows = new float[batch.size() * dimension];
        for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(batch.get(i).embedding(), 0, rows, i * dimension, dimension);
        }
        return rows;
    }
}

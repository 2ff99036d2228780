package io.bulwark.lab.concepts;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.lab.invert.InversionTarget;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a bank's own embeddings say about one of its labels.
 *
 * @param label which
 * @param references how many it has
 * @param mean of their rows, at length 1
 * @param typical the references nearest to the mean, nearest first
 * @param conflicts its nearest pairs with references of other labels, nearest first
 * @param outOfPlace references whose nearest neighbours mostly have other labels, the least supported first
 */
record LabelFinding(
        String label,
        int references,
        InversionTarget mean,
        List<String> typical,
        List<Conflict> conflicts,
        List<Stray> outOfPlace) {

    /** Neighbours that are looked at for conflicts; what is not among them is not near. */
    private static final int NEAR = 24;

    /** Neighbours that say whether a reference is in its place. */
    private static final int VOTERS = 5;

    private static final int BLOCK = 64;

    /**
     * Two references that lie near under two labels.
     *
     * @param own of this label
     * @param other of another
     * @param otherLabel which
     * @param similarity their cosine
     */
    record Conflict(String own, String other, String otherLabel, double similarity) {}

    /**
     * A reference that looks out of place.
     *
     * @param id its
     * @param support share of its nearest neighbours that have its label, in [0, 1]
     * @param nearestLabel that of the nearest neighbour
     */
    record Stray(String id, double support, String nearestLabel) {}

    /** A reference and its neighbours, other pictures all of them. */
    private record Placed(LabelledEmbedding reference, List<Neighbour> neighbours) {}

    /**
     * Looks at all labels, in their order.
     *
     * @param references of one encoder, at least one
     * @param listed how many of each kind are listed at most
     */
    static List<LabelFinding> of(String fingerprint, List<LabelledEmbedding> references, int listed) {
        Map<String, List<Placed>> byLabel = new TreeMap<>();
        for (Placed placed : placed(fingerprint, references)) {
            byLabel.computeIfAbsent(placed.reference().label(), label -> new ArrayList<>())
                    .add(placed);
        }
        List<LabelFinding> findings = new ArrayList<>();
        byLabel.forEach((label, members) -> findings.add(ofLabel(label, members, listed)));
        return findings;
    }

    private static LabelFinding ofLabel(String label, List<Placed> members, int listed) {
        InversionTarget mean = InversionTarget.mean(
                label,
                members.stream().map(each -> each.reference().embedding()).toList());
        List<String> typical = members.stream()
                .map(Placed::reference)
                .sorted(Comparator.comparingDouble((LabelledEmbedding each) -> -dot(each.embedding(), mean.direction()))
                        .thenComparing(LabelledEmbedding::id))
                .limit(listed)
                .map(LabelledEmbedding::id)
                .toList();
        return new LabelFinding(
                label,
                members.size(),
                mean,
                typical,
                conflicts(label, members, listed),
                strays(label, members, listed));
    }

    /** Each reference once, with its nearest of another label. */
    private static List<Conflict> conflicts(String label, List<Placed> members, int listed) {
        return members.stream()
                .flatMap(placed -> placed.neighbours().stream()
                        .filter(near -> !near.label().equals(label))
                        .limit(1)
                        .map(near -> new Conflict(
                                placed.reference().id(), near.referenceId(), near.label(), near.similarity())))
                .sorted(Comparator.comparingDouble((Conflict conflict) -> -conflict.similarity())
                        .thenComparing(Conflict::own))
                .limit(listed)
                .toList();
    }

    private static List<Stray> strays(String label, List<Placed> members, int listed) {
        return members.stream()
                .filter(placed -> !placed.neighbours().isEmpty())
                .map(placed -> {
                    List<Neighbour> voters =
                            placed.neighbours().stream().limit(VOTERS).toList();
                    long own = voters.stream()
                            .filter(near -> near.label().equals(label))
                            .count();
                    return new Stray(
                            placed.reference().id(),
                            (double) own / voters.size(),
                            voters.get(0).label());
                })
                .filter(stray -> stray.support() < 0.5)
                .sorted(Comparator.comparingDouble(Stray::support).thenComparing(Stray::id))
                .limit(listed)
                .toList();
    }

    private static List<Placed> placed(String fingerprint, List<LabelledEmbedding> references) {
        Map<String, LabelledEmbedding> byId = new HashMap<>();
        references.forEach(reference -> byId.put(reference.id(), reference));
        List<Placed> placed = new ArrayList<>();
        try (MatrixBank bank = MatrixBank.of(fingerprint, references)) {
            for (int from = 0; from < references.size(); from += BLOCK) {
                List<LabelledEmbedding> part = references.subList(from, Math.min(references.size(), from + BLOCK));
                List<List<Neighbour>> near = bank.nearest(rows(part), part.size(), NEAR);
                for (int i = 0; i < part.size(); i++) {
                    LabelledEmbedding own = part.get(i);
                    Set<String> seen = new HashSet<>();
                    placed.add(new Placed(
                            own,
                            near.get(i).stream()
                                    .filter(other -> !isSame(own, byId.get(other.referenceId())))
                                    .filter(other -> seen.add(StoredReference.picture(other.referenceId())))
                                    .toList()));
                }
            }
        }
        return placed;
    }

    /** A picture says nothing about itself: neither its other ground, nor a copy of its file under its label. */
    private static boolean isSame(LabelledEmbedding one, LabelledEmbedding other) {
        boolean sameFile = one.sourceSha256().isPresent() && one.sourceSha256().equals(other.sourceSha256());
        return StoredReference.picture(one.id()).equals(StoredReference.picture(other.id()))
                || sameFile && one.label().equals(other.label());
    }

    private static float[] rows(List<LabelledEmbedding> references) {
        int dimension = references.get(0).embedding().length;
        float[] rows = new float[references.size() * dimension];
        for (int i = 0; i < references.size(); i++) {
            System.arraycopy(references.get(i).embedding(), 0, rows, i * dimension, dimension);
        }
        return rows;
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}

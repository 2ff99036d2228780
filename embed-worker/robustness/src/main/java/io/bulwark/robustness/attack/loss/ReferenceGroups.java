package io.bulwark.robustness.attack.loss;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A bank's references in groups that a decision tells apart, so that the nearest of one's own group and of all others
 * can be asked for. One thread at a time; holds native memory.
 */
public final class ReferenceGroups implements AutoCloseable {

    /** The group of references whose label is flagged. */
    public static final String FLAGGED = "flagged";

    /** The group of the others. */
    public static final String UNFLAGGED = "unflagged";

    private final Map<String, Bank> banks = new TreeMap<>();
    private final Map<String, LabelledEmbedding> references = new HashMap<>();

    private ReferenceGroups(String fingerprint, List<LabelledEmbedding> all, UnaryOperator<String> groupOfLabel) {
        Map<String, List<LabelledEmbedding>> groups = new TreeMap<>();
        for (LabelledEmbedding reference : all) {
            groups.computeIfAbsent(groupOfLabel.apply(reference.label()), group -> new ArrayList<>())
                    .add(reference);
            references.put(reference.id(), reference);
        }
        if (groups.size() < 2) {
            throw new IllegalArgumentException(
                    "the references are of %s alone, at least two sides are needed".formatted(groups.keySet()));
        }
        groups.forEach((group, members) -> banks.put(group, MatrixBank.of(fingerprint, members)));
    }

    /**
     * Two groups: {@link #FLAGGED} and {@link #UNFLAGGED}.
     *
     * @throws IllegalArgumentException if one of them is empty
     */
    public static ReferenceGroups byFlag(
            String fingerprint, List<LabelledEmbedding> references, Set<String> flaggedLabels) {
        return new ReferenceGroups(
                fingerprint, references, label -> flaggedLabels.contains(label) ? FLAGGED : UNFLAGGED);
    }

    /**
     * A group for each label.
     *
     * @throws IllegalArgumentException if there is only one
     */
    public static ReferenceGroups byLabel(String fingerprint, List<LabelledEmbedding> references) {
        return new ReferenceGroups(fingerprint, references, UnaryOperator.identity());
    }

    /** The row by which a neighbour is near. */
    float[] row(Neighbour neighbour) {
        return references.get(neighbour.referenceId()).row(neighbour.variant());
    }

    /**
     * The nearest of each row, on both sides.
     *
     * @param units {@code [own.length, D]} unit rows
     * @param own the group of each row
     * @param k on each side
     */
    List<Sides> nearest(float[] units, String[] own, int k) {
        List<Sides> sides = new ArrayList<>();
        for (String group : own) {
            if (!banks.containsKey(group)) {
                throw new IllegalArgumentException(
                        "no reference is of the group '%s'; there are %s".formatted(group, banks.keySet()));
            }
            sides.add(new Sides(new ArrayList<>(), new ArrayList<>()));
        }
        banks.forEach((group, bank) -> {
            List<List<Neighbour>> nearest = bank.nearest(units, own.length, k);
            for (int row = 0; row < own.length; row++) {
                Sides both = sides.get(row);
                (group.equals(own[row]) ? both.own : both.others).addAll(nearest.get(row));
            }
        });
        sides.forEach(both -> both.others.sort(
                Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::referenceId)));
        sides.forEach(both -> both.others
                .subList(Math.min(k, both.others.size()), both.others.size())
                .clear());
        return sides;
    }

    /**
     * What lies near on both sides, nearest first.
     *
     * @param own of the row's own group
     * @param others of all other groups
     */
    record Sides(List<Neighbour> own, List<Neighbour> others) {}

    @Override
    public void close() {
        banks.values().forEach(Bank::close);
    }
}

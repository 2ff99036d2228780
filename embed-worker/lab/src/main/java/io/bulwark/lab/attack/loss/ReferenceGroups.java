package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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
            throw new OneSidedBankException(
                    "the references are of %s alone, at least two sides are needed".formatted(groups.keySet()));
        }
        groups.forEach((group, members) -> banks.put(group, MatrixBank.of(fingerprint, members)));
    }

    /**
     * Two groups: {@link #FLAGGED} and {@link #UNFLAGGED}.
     *
     * @throws OneSidedBankException if one of them is empty
     */
    public static ReferenceGroups byFlag(
            String fingerprint, List<LabelledEmbedding> references, Set<String> flaggedLabels) {
        return new ReferenceGroups(
                fingerprint, references, label -> flaggedLabels.contains(label) ? FLAGGED : UNFLAGGED);
    }

    /**
     * The side that an attacker leaves, whole, and a group for each label of the other.
     *
     * @throws OneSidedBankException if one of the sides is empty
     */
    public static ReferenceGroups byWanted(
            String fingerprint, List<LabelledEmbedding> references, Set<String> flaggedLabels, AttackGoal goal) {
        boolean leavesFlagged = goal == AttackGoal.EVADE;
        return new ReferenceGroups(
                fingerprint, references, label -> flaggedLabels.contains(label) == leavesFlagged ? left(goal) : label);
    }

    /** The group that an attacker leaves. */
    public static String left(AttackGoal goal) {
        return goal == AttackGoal.EVADE ? FLAGGED : UNFLAGGED;
    }

    /**
     * A group for each label.
     *
     * @throws OneSidedBankException if there is only one
     */
    public static ReferenceGroups byLabel(String fingerprint, List<LabelledEmbedding> references) {
        return new ReferenceGroups(fingerprint, references, UnaryOperator.identity());
    }

    /** The row by which a neighbour is near. */
    float[] row(Neighbour neighbour) {
        return references.get(neighbour.referenceId()).row(neighbour.variant());
    }

    /** The names of the groups, in their order. */
    public List<String> names() {
        return List.copyOf(banks.keySet());
    }

    /**
     * The nearest of each row in every group, nearest first.
     *
     * @param units {@code [own.length, D]} unit rows
     * @param own the group of each row, which must be one of the {@link #names}
     * @param k of each group
     */
    List<SortedMap<String, List<Neighbour>>> nearest(float[] units, String[] own, int k) {
        List<SortedMap<String, List<Neighbour>>> rows = new ArrayList<>();
        for (String group : own) {
            if (!banks.containsKey(group)) {
                throw new IllegalArgumentException(
                        "no reference is of the group '%s'; there are %s".formatted(group, banks.keySet()));
            }
            rows.add(new TreeMap<>());
        }
        banks.forEach((group, bank) -> {
            List<List<Neighbour>> nearest = bank.nearest(units, own.length, k);
            for (int row = 0; row < own.length; row++) {
                rows.get(row).put(group, nearest.get(row));
            }
        });
        return rows;
    }

    @Override
    public void close() {
        banks.values().forEach(Bank::close);
    }

    /** All references are of one group, so there is nothing to lead from or to. */
    public static final class OneSidedBankException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        /** @param message names the group */
        public OneSidedBankException(String message) {
            super(message);
        }
    }
}

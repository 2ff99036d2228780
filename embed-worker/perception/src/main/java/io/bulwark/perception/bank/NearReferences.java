package io.bulwark.perception.bank;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a bank has near a query. Immutable; any thread.
 *
 * @param voting the nearest references by the nearest of their rows, nearest first
 * @param alike the nearest references by their own rows, nearest first: what the query may be a copy of
 */
public record NearReferences(List<Neighbour> voting, List<Neighbour> alike) {

    private static final Comparator<Neighbour> MOST_ALIKE =
            Comparator.comparing(Neighbour::ownSimilarity).reversed();

    public NearReferences {
        voting = List.copyOf(voting);
        alike = List.copyOf(alike);
    }

    /** Only references that vote. */
    public NearReferences(List<Neighbour> voting) {
        this(voting, voting.stream().sorted(MOST_ALIKE).toList());
    }

    /** The first k of either. */
    public NearReferences first(int k) {
        return new NearReferences(first(voting, k), first(alike, k));
    }

    private static List<Neighbour> first(List<Neighbour> neighbours, int k) {
        return neighbours.subList(0, Math.min(k, neighbours.size()));
    }

    /** Those of either that are to be left. */
    public NearReferences only(Predicate<Neighbour> left) {
        return new NearReferences(
                voting.stream().filter(left).toList(),
                alike.stream().filter(left).toList());
    }
}

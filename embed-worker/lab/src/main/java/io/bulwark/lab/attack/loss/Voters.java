package io.bulwark.lab.attack.loss;

import io.bulwark.perception.bank.Neighbour;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which references an attacker lets vote, since the real vote has no slope where all neighbours are of one side.
 * Several ways find more than one: where one stand-in's slope leads nowhere, another's may lead on.
 */
public sealed interface Voters {

    /**
     * Each side sends its k nearest, the others all together. Smooth everywhere, but no border: one that is above zero
     * may be decided as before, and the others may be of many groups, of which none wins.
     */
    record Sides() implements Voters {

        @Override
        public Sent of(SortedMap<String, List<Neighbour>> near, String own, int k, double temperature) {
            return new Sent(near.get(own), first(k, others(near, own)));
        }
    }

    /**
     * The real vote: the k nearest of all, own against the heaviest other group. Where a side has none among them, its
     * nearest is asked too, so that there is a slope. Above zero exactly where another group outvotes the own one.
     */
    record Together() implements Voters {

        @Override
        public Sent of(SortedMap<String, List<Neighbour>> near, String own, int k, double temperature) {
            List<Neighbour> voting = first(k, near.values());
            Map<String, List<Neighbour>> byGroup = near.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey,
                            entry -> entry.getValue().stream()
                                    .filter(voting::contains)
                                    .toList()));
            List<Neighbour> rival = byGroup.entrySet().stream()
                    .filter(entry ->
                            !entry.getKey().equals(own) && !entry.getValue().isEmpty())
                    .sorted(Map.Entry.comparingByKey())
                    .map(Map.Entry::getValue)
                    .max(Comparator.comparingDouble(votes -> KnnLoss.logSum(votes, temperature)))
                    .orElseGet(() -> first(1, others(near, own)));
            List<Neighbour> ownVotes = byGroup.get(own);
            return new Sent(ownVotes.isEmpty() ? near.get(own).subList(0, 1) : ownVotes, rival);
        }
    }

    /**
     * The k nearest of one group against the k nearest of the own one.
     *
     * @param group that is wanted; where it is the own one, all others are
     */
    record Towards(String group) implements Voters {

        @Override
        public Sent of(SortedMap<String, List<Neighbour>> near, String own, int k, double temperature) {
            return group.equals(own)
                    ? new Sides().of(near, own, k, temperature)
                    : new Sent(near.get(own), near.get(group));
        }
    }

    /**
     * Who votes.
     *
     * @param near the k nearest of each group, nearest first
     * @param own the group that is left
     */
    Sent of(SortedMap<String, List<Neighbour>> near, String own, int k, double temperature);

    /**
     * Both sides, at least one vote each, nearest first.
     *
     * @param own for staying
     * @param rivals for leaving
     */
    record Sent(List<Neighbour> own, List<Neighbour> rivals) {}

    /** All ways to attack a decision among groups: towards each group of several, of two the sides are that already. */
    static List<Voters> all(List<String> groups) {
        Stream<Voters> towards = groups.size() > 2 ? groups.stream().map(Towards::new) : Stream.of();
        return Stream.concat(Stream.of(new Sides(), new Together()), towards).toList();
    }

    private static Collection<List<Neighbour>> others(SortedMap<String, List<Neighbour>> near, String own) {
        return near.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(own))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static List<Neighbour> first(int k, Collection<List<Neighbour>> lists) {
        return lists.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::referenceId))
                .limit(k)
                .toList();
    }
}

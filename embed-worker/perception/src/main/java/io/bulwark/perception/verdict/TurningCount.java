package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Counts for {@link Turning}. Exact, because the nearest neighbour is the heaviest: to raise a group, its best relabels
 * are the nearest that are not in it; to lower one, the nearest that are; and what is inserted at the view itself weighs
 * at least as much as anything that it pushes out.
 *
 * @param vote weighs
 * @param groups judge
 * @param k neighbours that vote, at least as many as there are
 */
record TurningCount(SimilarityVote vote, List<LabelGroup> groups, int k) {

    /** No label has this name: a reference that has it is in no group. */
    private static final String NOBODYS = "";

    /** @param nearest nearest first, at least one */
    Turning of(List<Neighbour> nearest) {
        Outcome now = outcome(nearest);
        return new Turning(insertions(nearest, now), relabels(nearest, now));
    }

    private Outcome outcome(List<Neighbour> nearest) {
        return LabelGroup.worst(groups, labels -> vote.score(nearest, labels::contains))
                .outcome();
    }

    private OptionalInt insertions(List<Neighbour> nearest, Outcome now) {
        for (int count = 1; count <= k; count++) {
            for (String label : oneOfEachGroup()) {
                if (outcome(inserted(nearest, count, label)) != now) {
                    return OptionalInt.of(count);
                }
            }
        }
        return OptionalInt.empty();
    }

    private List<Neighbour> inserted(List<Neighbour> nearest, int count, String label) {
        List<Neighbour> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Neighbour("inserted-" + i, label, 1));
        }
        all.addAll(nearest.subList(0, Math.min(nearest.size(), k - count)));
        return all;
    }

    private OptionalInt relabels(List<Neighbour> nearest, Outcome now) {
        return Stream.concat(
                        groups.stream().map(group -> raised(nearest, now, group)), Stream.of(lowered(nearest, now)))
                .flatMapToInt(OptionalInt::stream)
                .min();
    }

    /** Relabels into one group until the outcome is graver. */
    private OptionalInt raised(List<Neighbour> nearest, Outcome now, LabelGroup group) {
        String label = group.labels().iterator().next();
        return until(
                nearest,
                neighbour -> !group.labels().contains(neighbour),
                label,
                changed -> outcome(changed).isWorseThan(now));
    }

    /** Relabels out of each group that makes the outcome what it is, until none does. */
    private OptionalInt lowered(List<Neighbour> nearest, Outcome now) {
        int sum = 0;
        for (LabelGroup group : groups) {
            Predicate<List<Neighbour>> lower = changed ->
                    now.isWorseThan(LabelGroup.worst(List.of(group), labels -> vote.score(changed, labels::contains))
                            .outcome());
            if (lower.test(nearest)) {
                continue;
            }
            OptionalInt count = until(nearest, group.labels()::contains, NOBODYS, lower);
            if (count.isEmpty()) {
                return OptionalInt.empty();
            }
            sum += count.getAsInt();
        }
        return sum == 0 ? OptionalInt.empty() : OptionalInt.of(sum);
    }

    private static OptionalInt until(
            List<Neighbour> nearest, Predicate<String> movable, String label, Predicate<List<Neighbour>> reached) {
        List<Neighbour> changed = new ArrayList<>(nearest);
        int count = 0;
        for (int i = 0; i < changed.size(); i++) {
            Neighbour neighbour = changed.get(i);
            if (movable.test(neighbour.label())) {
                changed.set(i, new Neighbour(neighbour.referenceId(), label, neighbour.similarity()));
                count++;
                if (reached.test(changed)) {
                    return OptionalInt.of(count);
                }
            }
        }
        return OptionalInt.empty();
    }

    private List<String> oneOfEachGroup() {
        List<String> labels = new ArrayList<>();
        groups.stream().map(group -> group.labels().iterator().next()).forEach(labels::add);
        labels.add(NOBODYS);
        return labels;
    }
}

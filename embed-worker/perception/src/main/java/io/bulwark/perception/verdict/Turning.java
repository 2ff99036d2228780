package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How firmly a vote stands: the least changes of the bank after which the view would be decided otherwise, whether more
 * gravely or less. Known content and the similarity floor are left out: it is the vote that is measured.
 *
 * @param insertions references that would have to be inserted at the view itself, of whatever label
 * @param relabels voting neighbours that would have to get another label
 */
public record Turning(OptionalInt insertions, OptionalInt relabels) {

    /** Where no vote decided, or no number of changes turns it. */
    public static final Turning NONE = new Turning(OptionalInt.empty(), OptionalInt.empty());

    /**
     * Counts for {@link Turning}. Exact, because the nearest neighbour is the heaviest: to raise a group, its best
     * relabels are the nearest that are not in it; to lower one, the nearest that are; and what is inserted at the view
     * itself weighs at least as much as anything that it pushes out.
     *
     * @param temperature of the vote
     * @param groups judge
     * @param k neighbours that vote, at least as many as there are
     */
    record TurningCount(double temperature, List<LabelGroup> groups, int k) {

        /** No label has this name: a reference that has it is in no group. */
        private static final String NOBODYS = "";

        /** @param nearest nearest first, at least one */
        Turning of(List<Neighbour> nearest) {
            Ballot ballot = Ballot.of(nearest, temperature);
            Outcome now = outcome(ballot);
            return new Turning(insertions(Ballot.besideIdentity(nearest, temperature), now), relabels(ballot, now));
        }

        private Outcome outcome(Ballot ballot) {
            return LabelGroup.worst(groups, ballot::score).outcome();
        }

        private OptionalInt insertions(Ballot ballot, Outcome now) {
            List<String> candidates = oneOfEachGroup();
            for (int count = 1; count <= k; count++) {
                for (String label : candidates) {
                    if (outcome(ballot.inserted(count, label, k)) != now) {
                        return OptionalInt.of(count);
                    }
                }
            }
            return OptionalInt.empty();
        }

        private OptionalInt relabels(Ballot ballot, Outcome now) {
            return Stream.concat(
                            groups.stream().map(group -> raised(ballot, now, group)), Stream.of(lowered(ballot, now)))
                    .flatMapToInt(OptionalInt::stream)
                    .min();
        }

        /** Relabels into one group until the outcome is graver. */
        private OptionalInt raised(Ballot ballot, Outcome now, LabelGroup group) {
            return until(
                    ballot,
                    label -> !group.labels().contains(label),
                    group.labels().iterator().next(),
                    changed -> outcome(changed).isWorseThan(now));
        }

        /** Relabels out of each group that makes the outcome what it is, until none does. */
        private OptionalInt lowered(Ballot ballot, Outcome now) {
            int sum = 0;
            for (LabelGroup group : groups) {
                Predicate<Ballot> lower = changed -> now.isWorseThan(
                        group.rule(changed.score(group.labels())).outcome());
                if (lower.test(ballot)) {
                    continue;
                }
                OptionalInt count = until(ballot, group.labels()::contains, NOBODYS, lower);
                if (count.isEmpty()) {
                    return OptionalInt.empty();
                }
                sum += count.getAsInt();
            }
            return sum == 0 ? OptionalInt.empty() : OptionalInt.of(sum);
        }

        private static OptionalInt until(
                Ballot ballot, Predicate<String> movable, String label, Predicate<Ballot> reached) {
            Ballot changed = ballot;
            int count = 0;
            for (int i = 0; i < ballot.size(); i++) {
                if (movable.test(ballot.labels().get(i))) {
                    changed = changed.relabelled(i, label);
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
}

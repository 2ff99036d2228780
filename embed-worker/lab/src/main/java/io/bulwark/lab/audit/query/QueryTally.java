package io.bulwark.lab.audit.query;

import io.bulwark.cli.report.Proportion;
import io.bulwark.lab.evaluate.PairedRatio;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How attacks fare on the same pictures at a worker without and with the index. Of several attacks the one counts that
 * wins with the fewest uploads.
 *
 * @param name of the attack, or of several
 * @param without one a picture
 * @param with of the same pictures in the same order
 */
record QueryTally(String name, List<QueryEntry> without, List<QueryEntry> with) {

    QueryTally {
        without = List.copyOf(without);
        with = List.copyOf(with);
        if (without.isEmpty() || without.size() != with.size()) {
            throw new IllegalArgumentException(
                    "%d pictures without the index and %d with it, wanted are as many, at least 1"
                            .formatted(without.size(), with.size()));
        }
    }

    /**
     * Of each picture the attack that did best. Uploads of the others are not added: no attacker knows the best one
     * beforehand.
     */
    static QueryTally best(String name, List<QueryTally> tallies) {
        return new QueryTally(
                name,
                best(tallies.stream().map(QueryTally::without).toList()),
                best(tallies.stream().map(QueryTally::with).toList()));
    }

    private static List<QueryEntry> best(List<List<QueryEntry>> byAttack) {
        List<QueryEntry> best = new ArrayList<>(byAttack.get(0));
        for (List<QueryEntry> attack : byAttack) {
            for (int i = 0; i < best.size(); i++) {
                QueryEntry other = attack.get(i);
                if (other.passed() && !best.get(i).passedWithin(other.queries())) {
                    best.set(i, other);
                }
            }
        }
        return best;
    }

    /** Share of the pictures that this many uploads got through. */
    static Proportion passed(List<QueryEntry> entries, long uploads) {
        return Proportion.of(
                entries.stream().filter(entry -> entry.passedWithin(uploads)).count(), entries.size());
    }

    /** Median of the uploads of passed pictures. */
    static OptionalLong median(List<QueryEntry> entries) {
        long[] queries = entries.stream()
                .filter(QueryEntry::passed)
                .mapToLong(QueryEntry::queries)
                .sorted()
                .toArray();
        return queries.length == 0 ? OptionalLong.empty() : OptionalLong.of(queries[queries.length / 2]);
    }

    /** Success with the index by that without. */
    PairedRatio ratio() {
        return ratio(Long.MAX_VALUE);
    }

    /**
     * The same where people stop an attacker at the index, after this many uploads.
     *
     * @param stopped the last upload that is judged
     */
    PairedRatio ratio(long stopped) {
        int both = 0;
        int guarded = 0;
        int unguarded = 0;
        for (int i = 0; i < with.size(); i++) {
            boolean passedWith = with.get(i).passedWithin(stopped);
            boolean passedWithout = without.get(i).passed();
            both += passedWith && passedWithout ? 1 : 0;
            guarded += passedWith && !passedWithout ? 1 : 0;
            unguarded += !passedWith && passedWithout ? 1 : 0;
        }
        return PairedRatio.of(both, guarded, unguarded);
    }
}

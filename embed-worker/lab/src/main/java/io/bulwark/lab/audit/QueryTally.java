package io.bulwark.lab.audit;

import io.bulwark.robustness.attack.upload.QueryAttack;
import io.bulwark.robustness.evaluate.Proportion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How one kind of attack fares at one kind of worker. */
final class QueryTally {

    private final boolean byScores;
    private final boolean adapts;
    private final boolean withIndex;
    private final List<Long> queriesOfPassed = new ArrayList<>();
    private int attacked;

    QueryTally(boolean byScores, boolean adapts, boolean withIndex) {
        this.byScores = byScores;
        this.adapts = adapts;
        this.withIndex = withIndex;
    }

    /** One of each, without the index first. */
    static List<QueryTally> all() {
        List<QueryTally> all = new ArrayList<>();
        for (boolean byScores : new boolean[] {false, true}) {
            for (boolean adapts : new boolean[] {false, true}) {
                all.add(new QueryTally(byScores, adapts, false));
                all.add(new QueryTally(byScores, adapts, true));
            }
        }
        return all;
    }

    /** The attack that fares best at a worker with the index, which is what counts, beside the best without. */
    static Optional<String> worst(List<QueryTally> all) {
        Optional<QueryTally> with = best(all, true);
        return with.flatMap(worst -> best(all, false)
                .map(other -> "worst with the index: %s, %s; without: %s, %s"
                        .formatted(worst.attack(), worst.passed(), other.attack(), other.passed())));
    }

    private static Optional<QueryTally> best(List<QueryTally> all, boolean withIndex) {
        return all.stream()
                .filter(tally -> tally.withIndex == withIndex && tally.attacked > 0)
                .max(Comparator.comparingDouble(tally -> tally.passed().value()));
    }

    boolean byScores() {
        return byScores;
    }

    /** Whether the attacker adapts to what is held back. */
    boolean adapts() {
        return adapts;
    }

    boolean withIndex() {
        return withIndex;
    }

    void add(QueryAttack.Outcome outcome) {
        attacked++;
        if (outcome.passed()) {
            queriesOfPassed.add(outcome.queries());
        }
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%-16s %-13s passed %d of %d, %s%s",
                attack(),
                withIndex ? "with index" : "without index",
                queriesOfPassed.size(),
                attacked,
                passed(),
                queriesOfPassed.isEmpty() ? "" : ", median " + median() + " queries");
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("attack", attack());
        fields.put("index", withIndex);
        fields.put("attacked", attacked);
        fields.put("passed", queriesOfPassed.size());
        fields.put("share", passed().value());
        fields.put("low", passed().low());
        fields.put("high", passed().high());
        if (!queriesOfPassed.isEmpty()) {
            fields.put("medianQueries", median());
        }
        return fields;
    }

    private String attack() {
        return (byScores ? "square" : "hopskipjump") + (adapts ? "-oars" : "");
    }

    private Proportion passed() {
        return Proportion.of(queriesOfPassed.size(), attacked);
    }

    private long median() {
        return queriesOfPassed.stream().sorted().toList().get(queriesOfPassed.size() / 2);
    }
}

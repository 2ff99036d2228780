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

    /** Who attacks. */
    enum Kind {
        HOPSKIPJUMP,
        HOPSKIPJUMP_OARS,
        SQUARE,
        SQUARE_OARS,
        GRADIENTS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Kind kind;
    private final boolean withIndex;
    private final List<Long> queriesOfPassed = new ArrayList<>();
    private int attacked;

    QueryTally(Kind kind, boolean withIndex) {
        this.kind = kind;
        this.withIndex = withIndex;
    }

    /** One of each, without the index first. */
    static List<QueryTally> all() {
        List<QueryTally> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            all.add(new QueryTally(kind, false));
            all.add(new QueryTally(kind, true));
        }
        return all;
    }

    /** The attack that fares best at a worker with the index, which is what counts, beside the best without. */
    static Optional<String> worst(List<QueryTally> all) {
        Optional<QueryTally> with = best(all, true);
        return with.flatMap(worst -> best(all, false)
                .map(other -> "worst with the index: %s, %s; without: %s, %s"
                        .formatted(worst.kind, worst.passed(), other.kind, other.passed())));
    }

    private static Optional<QueryTally> best(List<QueryTally> all, boolean withIndex) {
        return all.stream()
                .filter(tally -> tally.withIndex == withIndex && tally.attacked > 0)
                .max(Comparator.comparingDouble(tally -> tally.passed().value()));
    }

    Kind kind() {
        return kind;
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
                kind,
                withIndex ? "with index" : "without index",
                queriesOfPassed.size(),
                attacked,
                passed(),
                queriesOfPassed.isEmpty()
                        ? ""
                        : ", median " + median() + (kind == Kind.GRADIENTS ? " steps" : " queries"));
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("attack", kind.toString());
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

    private Proportion passed() {
        return Proportion.of(queriesOfPassed.size(), attacked);
    }

    private long median() {
        return queriesOfPassed.stream().sorted().toList().get(queriesOfPassed.size() / 2);
    }
}

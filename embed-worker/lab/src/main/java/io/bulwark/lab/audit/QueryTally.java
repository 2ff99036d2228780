package io.bulwark.lab.audit;

import io.bulwark.robustness.attack.upload.QueryAttack;
import io.bulwark.robustness.evaluate.Proportion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How one kind of attack fares at one kind of worker. */
final class QueryTally {

    private final boolean byScores;
    private final boolean withIndex;
    private final List<Long> queriesOfPassed = new ArrayList<>();
    private int attacked;

    QueryTally(boolean byScores, boolean withIndex) {
        this.byScores = byScores;
        this.withIndex = withIndex;
    }

    /** One of each, without the index first. */
    static List<QueryTally> all() {
        return List.of(
                new QueryTally(false, false),
                new QueryTally(false, true),
                new QueryTally(true, false),
                new QueryTally(true, true));
    }

    boolean byScores() {
        return byScores;
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
                "%-11s %-13s passed %d of %d, %s%s",
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
        return byScores ? "square" : "hopskipjump";
    }

    private Proportion passed() {
        return Proportion.of(queriesOfPassed.size(), attacked);
    }

    private long median() {
        return queriesOfPassed.stream().sorted().toList().get(queriesOfPassed.size() / 2);
    }
}

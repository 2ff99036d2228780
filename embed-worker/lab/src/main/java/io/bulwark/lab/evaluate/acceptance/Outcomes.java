package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.report.Proportion;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Outcomes of several files.
 *
 * @param files how many, 0 or more
 * @param decisions how many of them were decided so, every decision listed
 * @param decidingLabels how many of the NSFW ones each label of the bank decided
 * @param reasons how many were reviewed or refused for each reason
 */
public record Outcomes(
        int files,
        Map<Decision, Integer> decisions,
        SortedMap<String, Integer> decidingLabels,
        SortedMap<String, Integer> reasons) {

    /** Counts. */
    public static Outcomes of(Collection<Judged> judged) {
        Map<Decision, Integer> decisions = new EnumMap<>(Decision.class);
        for (Decision decision : Decision.values()) {
            decisions.put(decision, 0);
        }
        SortedMap<String, Integer> labels = new TreeMap<>();
        SortedMap<String, Integer> reasons = new TreeMap<>();
        for (Judged one : judged) {
            decisions.merge(one.decision(), 1, Integer::sum);
            one.reason().ifPresent(reason -> reasons.merge(reason, 1, Integer::sum));
            if (one.decision() == Decision.NSFW) {
                one.label().ifPresent(label -> labels.merge(label, 1, Integer::sum));
            }
        }
        return new Outcomes(
                judged.size(),
                Collections.unmodifiableMap(decisions),
                Collections.unmodifiableSortedMap(labels),
                Collections.unmodifiableSortedMap(reasons));
    }

    /** How many were decided so. */
    public int count(Decision decision) {
        return decisions.get(decision);
    }

    /** The share that was decided so, with its interval over files; empty without files. */
    public Optional<Proportion> share(Decision decision) {
        return files == 0 ? Optional.empty() : Optional.of(Proportion.of(count(decision), files));
    }
}

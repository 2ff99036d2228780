package io.bulwark.stream.query;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import java.util.Set;

/**
 * Which decisions are wanted.
 *
 * @param decisions by name, such as {@code NSFW}; empty for all
 * @param labels one of which a decision must have; empty for all
 */
public record DecisionFilter(Set<String> decisions, Set<String> labels) {

    public DecisionFilter {
        decisions = Set.copyOf(decisions);
        labels = Set.copyOf(labels);
    }

    boolean shows(ModerationDecision decision) {
        Decision itself = decision.getDecision();
        return (decisions.isEmpty() || decisions.contains(itself.name()))
                && (labels.isEmpty() || decision.getLabels().stream().anyMatch(labels::contains));
    }
}

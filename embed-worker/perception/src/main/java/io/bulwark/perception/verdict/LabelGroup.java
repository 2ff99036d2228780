package io.bulwark.perception.verdict;

import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Labels that are judged together, by the sum of their scores.
 *
 * @param labels in their order
 * @param action done about them, not IGNORE
 * @param thresholds of the sum
 */
record LabelGroup(Set<String> labels, Action action, Thresholds thresholds) {

    private static final Comparator<Ruling> WORSE = Comparator.<Ruling>comparingInt(
                    ruling -> ruling.outcome().gravity())
            .thenComparingDouble(Ruling::score);

    /**
     * What a score comes to.
     *
     * @param group whose score it is
     */
    record Ruling(Outcome outcome, Optional<Doubt> doubt, double score, LabelGroup group) {}

    /** The groups of a policy: the flagged labels, the reviewed ones, and each label that has its own thresholds. */
    static List<LabelGroup> of(PolicySettings settings) {
        Map<Action, Set<String>> shared = new TreeMap<>();
        List<LabelGroup> groups = new ArrayList<>();
        new TreeMap<>(settings.labels()).forEach((label, rule) -> {
            if (rule.action() == Action.IGNORE) {
                return;
            }
            if (rule.thresholds().isPresent()) {
                groups.add(new LabelGroup(
                        Set.of(label), rule.action(), rule.thresholds().get()));
            } else {
                shared.computeIfAbsent(rule.action(), action -> new TreeSet<>()).add(label);
            }
        });
        shared.forEach((action, labels) -> groups.add(new LabelGroup(labels, action, settings.thresholds())));
        return List.copyOf(groups);
    }

    /** The gravest of what the groups' scores come to; among equals the highest score, then the first group. */
    static Ruling worst(List<LabelGroup> groups, ToDoubleFunction<Set<String>> scoreOf) {
        Ruling worst = null;
        for (LabelGroup group : groups) {
            Ruling ruling = group.rule(scoreOf.applyAsDouble(group.labels));
            if (worst == null || WORSE.compare(ruling, worst) > 0) {
                worst = ruling;
            }
        }
        return worst;
    }

    /** What a score of this group comes to. */
    Ruling rule(double score) {
        Outcome outcome = thresholds.outcome(score);
        if (action == Action.REVIEW && outcome == Outcome.NSFW) {
            return new Ruling(Outcome.REVIEW, Optional.of(Doubt.LABEL), score, this);
        }
        return new Ruling(
                outcome, outcome == Outcome.REVIEW ? Optional.of(Doubt.UNCERTAIN) : Optional.empty(), score, this);
    }
}

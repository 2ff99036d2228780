package io.bulwark.service.policy;

import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.LabelRule;
import io.bulwark.perception.verdict.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.Thresholds;
import io.bulwark.perception.verdict.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Policies as the topic has them, turned into what decides. */
final class PolicyDocuments {

    private PolicyDocuments() {}

    /** What a document was made for. */
    static MadeFor madeFor(PolicyDocument document) {
        return new MadeFor(
                document.getMadeFor().getBank(),
                document.getMadeFor().getModelFingerprint(),
                document.getMadeFor().getPreprocessFingerprint());
    }

    /**
     * The policy of a document, under the document's version.
     *
     * @throws IllegalArgumentException naming the number that cannot be, or the action that this worker does not know
     */
    static VotingPolicy policy(PolicyDocument document) {
        if (document.getVersion().isBlank()) {
            throw new IllegalArgumentException("it has no version, which verdicts would name");
        }
        Thresholds thresholds = new Thresholds(document.getFlag(), document.getSafe());
        Map<String, LabelRule> rules = new HashMap<>();
        document.getLabels().forEach((label, rule) -> rules.put(label, rule(label, rule, thresholds)));
        PolicySettings settings = new PolicySettings(
                document.getK(),
                document.getTemperature(),
                document.getFloor(),
                document.getKnownSimilarity(),
                thresholds,
                rules,
                switch (document.getUnfamiliar()) {
                    case REVIEW -> Unfamiliar.REVIEW;
                    case HEAD -> Unfamiliar.HEAD;
                },
                Set.copyOf(document.getFlaggedClasses()));
        return new VotingPolicy(settings, document.getVersion());
    }

    private static LabelRule rule(String label, io.bulwark.events.LabelRule rule, Thresholds shared) {
        Action action = switch (rule.getAction()) {
            case FLAG -> Action.FLAG;
            case REVIEW -> Action.REVIEW;
            case IGNORE -> Action.IGNORE;
            case UNKNOWN ->
                throw new IllegalArgumentException("label \"" + label
                        + "\" has an action that this worker does not know: it was written for a later release");
        };
        if (rule.getFlag() == null && rule.getSafe() == null) {
            return LabelRule.of(action);
        }
        double flag = rule.getFlag() == null ? shared.flag() : rule.getFlag();
        double safe = rule.getSafe() == null ? shared.safe() : rule.getSafe();
        try {
            return new LabelRule(action, Optional.of(new Thresholds(flag, safe)));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("label \"" + label + "\": " + wrong.getMessage(), wrong);
        }
    }
}

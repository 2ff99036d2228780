package io.bulwark.cli.policy;

import io.bulwark.events.LabelAction;
import io.bulwark.events.MadeFor;
import io.bulwark.events.PolicyDocument;
import io.bulwark.events.UnfamiliarRule;
import io.bulwark.perception.verdict.LabelRule;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.Thresholds;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a policy decides by, as a document of the topic; {@link PolicyLines} are the way back. */
final class PolicyDocuments {

    private PolicyDocuments() {}

    /** A document of nothing but what it decides by and where; its version is the hash of the settings. */
    static PolicyDocument.Builder of(PolicySettings settings, MadeFor madeFor) {
        Map<String, io.bulwark.events.LabelRule> labels = new TreeMap<>();
        settings.labels().forEach((label, rule) -> labels.put(label, rule(rule)));
        return PolicyDocument.newBuilder()
                .setVersion(new VotingPolicy(settings).version())
                .setK(settings.k())
                .setTemperature(settings.temperature())
                .setFloor(settings.floor())
                .setKnownSimilarity(settings.knownSimilarity())
                .setFlag(settings.thresholds().flag())
                .setSafe(settings.thresholds().safe())
                .setLabels(labels)
                .setUnfamiliar(
                        switch (settings.unfamiliar()) {
                            case REVIEW -> UnfamiliarRule.REVIEW;
                            case HEAD -> UnfamiliarRule.HEAD;
                        })
                .setFlaggedClasses(
                        new TreeSet<>(settings.flaggedClasses()).stream().toList())
                .setMadeFor(madeFor);
    }

    private static io.bulwark.events.LabelRule rule(LabelRule rule) {
        return new io.bulwark.events.LabelRule(
                switch (rule.action()) {
                    case FLAG -> LabelAction.FLAG;
                    case REVIEW -> LabelAction.REVIEW;
                    case IGNORE -> LabelAction.IGNORE;
                },
                rule.thresholds().map(Thresholds::flag).orElse(null),
                rule.thresholds().map(Thresholds::safe).orElse(null));
    }
}

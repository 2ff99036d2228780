package io.bulwark.service.follow;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One tenant's record of the policies topic, read for one worker.
 *
 * @param readable whether a record was read
 * @param inForce the newest policy that was made for the worker, of the one in force and those before it
 * @param shadow the proposed policy, if it was made for the worker
 * @param complaint why no policy decides for the tenant although one should; empty also if none was ever in force
 * @param shadowProblem why the proposed policy is left out
 */
record TenantRecord(
        boolean readable,
        Optional<VotingPolicy> inForce,
        Optional<VotingPolicy> shadow,
        Optional<String> complaint,
        Optional<String> shadowProblem) {

    /** A tenant whose only record cannot be used. */
    static TenantRecord unreadable(String problem) {
        return new TenantRecord(
                false, Optional.empty(), Optional.empty(), Optional.of("cannot be used: " + problem), Optional.empty());
    }

    /**
     * Chooses from a record.
     *
     * @throws IllegalArgumentException if what it has in force for the worker cannot be, naming the number
     */
    static TenantRecord of(ModerationPolicy record, MadeFor worker) {
        List<PolicyDocument> approved = Stream.concat(
                        Stream.ofNullable(record.getInForce()), record.getHistory().stream())
                .toList();
        Optional<VotingPolicy> inForce = approved.stream()
                .filter(document -> fits(document, worker))
                .findFirst()
                .map(TenantRecord::policy);
        Optional<String> complaint = inForce.isPresent() || approved.isEmpty()
                ? Optional.empty()
                : madeFor(approved.get(0)).misfit(worker).map(differences -> "was made for " + differences);
        try {
            Optional<VotingPolicy> shadow = Optional.ofNullable(record.getShadow())
                    .filter(document -> fits(document, worker))
                    .map(TenantRecord::policy);
            return new TenantRecord(true, inForce, shadow, complaint, Optional.empty());
        } catch (IllegalArgumentException unusable) {
            return new TenantRecord(true, inForce, Optional.empty(), complaint, Optional.of(unusable.getMessage()));
        }
    }

    private static boolean fits(PolicyDocument document, MadeFor worker) {
        return madeFor(document).equals(worker);
    }

    /** What a document was made for. */
    private static MadeFor madeFor(PolicyDocument document) {
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
    private static VotingPolicy policy(PolicyDocument document) {
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

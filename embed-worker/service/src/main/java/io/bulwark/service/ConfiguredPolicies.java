package io.bulwark.service;

import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.service.config.WorkerConfig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The policies that the worker's own settings say: one for everybody, and what single tenants have otherwise. */
final class ConfiguredPolicies implements Policies {

    private final TenantPolicy everybodys;
    private final Map<String, TenantPolicy> tenants = new HashMap<>();

    ConfiguredPolicies(WorkerConfig.Policy policy) {
        PolicySettings all = settings(policy);
        everybodys = TenantPolicy.of(new VotingPolicy(all));
        policy.tenants().forEach((tenant, own) -> {
            Thresholds thresholds =
                    new Thresholds(own.flag().orElse(policy.flag()), own.safe().orElse(policy.safe()));
            tenants.put(
                    tenant, TenantPolicy.of(new VotingPolicy(all.with(thresholds, rules(own.labels(), thresholds)))));
        });
    }

    /** The sets of labels that are flagged or reviewed for a tenant, with the settings that say so. */
    Map<Set<String>, String> watched() {
        Map<Set<String>, String> watched = new LinkedHashMap<>();
        watched.put(everybodys.inForce().settings().watchedLabels(), "bulwark.policy.flagged-labels");
        new TreeMap<>(tenants)
                .forEach((tenant, policy) -> watched.putIfAbsent(
                        policy.inForce().settings().watchedLabels(), "bulwark.policy.tenants." + tenant + ".labels"));
        return watched;
    }

    @Override
    public TenantPolicy of(String tenant) {
        return tenants.getOrDefault(tenant, everybodys);
    }

    /** What holds for everybody. */
    static PolicySettings settings(WorkerConfig.Policy policy) {
        Thresholds thresholds = new Thresholds(policy.flag(), policy.safe());
        Map<String, LabelRule> labels = new HashMap<>(PolicySettings.flagged(policy.flaggedLabels()));
        labels.putAll(rules(policy.labels(), thresholds));
        return new PolicySettings(
                policy.k(),
                policy.temperature(),
                policy.floor(),
                policy.knownSimilarity(),
                thresholds,
                labels,
                Unfamiliar.valueOf(policy.unfamiliar().toUpperCase(Locale.ROOT)),
                policy.flaggedClasses());
    }

    /** @param shared fills in the threshold that a label does not set */
    private static Map<String, LabelRule> rules(Map<String, WorkerConfig.Label> labels, Thresholds shared) {
        Map<String, LabelRule> rules = new HashMap<>();
        labels.forEach((label, rule) -> {
            boolean own = rule.flag().isPresent() || rule.safe().isPresent();
            rules.put(
                    label,
                    new LabelRule(
                            Action.valueOf(rule.action().toUpperCase(Locale.ROOT)),
                            own
                                    ? Optional.of(new Thresholds(
                                            rule.flag().orElse(shared.flag()),
                                            rule.safe().orElse(shared.safe())))
                                    : Optional.empty()));
        });
        return rules;
    }
}

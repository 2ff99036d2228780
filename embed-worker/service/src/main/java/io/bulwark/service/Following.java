package io.bulwark.service;

import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.BankTopic.BankIdentity;
import io.bulwark.service.follow.BankTopic.BankIdentity.Reader;
import io.bulwark.service.follow.FlaggedTopic;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.follow.MadeFor;
import io.bulwark.service.follow.MadeFor.ConfiguredFit;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.PolicyTopic;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.follow.TopicFollower;
import io.bulwark.service.follow.TopicFollower.Followed;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Makes followers of the topics that decide, by the worker's settings: they give the bank and the policies
 * that a worker has. Immutable; any thread.
 */
public final class Following {

    private final WorkerConfig config;
    private final TopicNames topics;
    private final Perception perception;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Instruments instruments;

    /**
     * What a worker measures itself with.
     *
     * @param watch over its threads
     */
    public record Instruments(WorkerMetrics metrics, NanoClock clock, Clock wallClock, ThreadWatch watch) {}

    /** @param consumers each call gives a new consumer without a group */
    public Following(
            WorkerConfig config,
            Perception perception,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Instruments instruments) {
        this.config = config;
        this.topics = TopicNames.of(config.topics().prefix());
        this.perception = perception;
        this.consumers = consumers;
        this.instruments = instruments;
    }

    /**
     * Of the policies.
     *
     * @param holdsBack the twin, where SAFE needs its word
     * @param preprocessing the fingerprint of how files become views
     * @param place where each new state is put
     */
    public TopicFollower policies(
            EventDecoder<ModerationPolicy> decoder,
            EncoderDescription encoder,
            Optional<EncoderDescription> holdsBack,
            String preprocessing,
            SnapshotHolder<PolicySnapshot> place) {
        String model = holdsBack.map(encoder::pairedWith).orElse(encoder.fingerprint());
        ConfiguredPolicies configured = new ConfiguredPolicies(config.policy());
        return follower(
                "policies",
                new PolicyTopic(
                        topics.of(Topics.POLICIES),
                        decoder,
                        configured,
                        configured.watched(),
                        new ConfiguredFit(
                                config.policy().madeFor(),
                                new MadeFor(config.bank().name(), model, preprocessing),
                                perception.calibrateCommand()),
                        place,
                        instruments.metrics()),
                Duration.ZERO);
    }

    /**
     * Of an encoder's bank.
     *
     * @param place where each new snapshot is put
     */
    public TopicFollower bank(
            EventDecoder<Reference> decoder, Reader whose, EncoderDescription encoder, SnapshotHolder<Bank> place) {
        BankIdentity identity = new BankIdentity(
                whose,
                config.bank().name(),
                perception.bankOptions(),
                encoder.fingerprint(),
                encoder.dimension(),
                perception.plainRows(encoder.fingerprint()),
                whose == Reader.TWIN ? Optional.of(perception.policySettings().watchedLabels()) : Optional.empty(),
                Set.copyOf(config.restricted().labels().orElse(List.of())));
        return follower(
                "references-" + whose.name().toLowerCase(Locale.ROOT),
                new BankTopic(
                        topics.of(Topics.REFERENCES),
                        decoder,
                        identity,
                        place,
                        instruments.wallClock(),
                        instruments.metrics()),
                config.bank().coalesce());
    }

    /** Of the flagged index. */
    TopicFollower flagged(
            EventDecoder<FlaggedContent> decoder, EncoderDescription encoder, SnapshotHolder<FlaggedSnapshot> place) {
        return follower(
                "flagged",
                new FlaggedTopic(
                        topics.of(Topics.FLAGGED),
                        decoder,
                        encoder.fingerprint(),
                        encoder.dimension(),
                        place,
                        instruments.wallClock(),
                        instruments.metrics()),
                config.bank().coalesce());
    }

    private TopicFollower follower(String name, Followed followed, Duration coalesce) {
        return new TopicFollower(
                "bulwark-" + name, consumers, followed, coalesce, instruments.clock(), instruments.watch());
    }

    /** The policies that the worker's own settings say: one for everybody, and what single tenants have otherwise. */
    static final class ConfiguredPolicies implements Policies {

        private final TenantPolicy everybodys;
        private final Map<String, TenantPolicy> tenants = new HashMap<>();

        ConfiguredPolicies(WorkerConfig.Policy policy) {
            PolicySettings all = settings(policy);
            everybodys = TenantPolicy.of(new VotingPolicy(all));
            policy.tenants().forEach((tenant, own) -> {
                Thresholds thresholds = new Thresholds(
                        own.flag().orElse(policy.flag()), own.safe().orElse(policy.safe()));
                tenants.put(
                        tenant,
                        TenantPolicy.of(new VotingPolicy(all.with(thresholds, rules(own.labels(), thresholds)))));
            });
        }

        /** The sets of labels that are flagged or reviewed for a tenant, with the settings that say so. */
        Map<Set<String>, String> watched() {
            Map<Set<String>, String> watched = new LinkedHashMap<>();
            watched.put(everybodys.inForce().settings().watchedLabels(), "bulwark.policy.flagged-labels");
            new TreeMap<>(tenants)
                    .forEach((tenant, policy) -> watched.putIfAbsent(
                            policy.inForce().settings().watchedLabels(),
                            "bulwark.policy.tenants." + tenant + ".labels"));
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
}

package io.bulwark.service;

import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.BankTopic.BankIdentity;
import io.bulwark.service.follow.BankTopic.BankIdentity.Reader;
import io.bulwark.service.follow.FlaggedTopic;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.follow.Followed;
import io.bulwark.service.follow.MadeFor;
import io.bulwark.service.follow.MadeFor.ConfiguredFit;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.PolicyTopic;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.follow.TopicFollower;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
}

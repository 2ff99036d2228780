package io.bulwark.lab.redteam;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.imaging.process.PictureReader;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.Following;
import io.bulwark.service.Perception;
import io.bulwark.service.SchemaExchange;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.BankTopic.BankIdentity.Reader;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.follow.TopicFollower;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.loop.KafkaClients.BrokerClients;
import io.bulwark.service.pipeline.Warmth;
import io.bulwark.service.preview.UploadRecords;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * What a worker fetches, reads and decides by, opened for one thread that attacks. Opened and closed by that thread;
 * {@link #unreadiness} by any.
 */
final class WorkerParts implements AutoCloseable {

    private static final Duration RECORD_WITHIN = Duration.ofSeconds(10);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    final SnapshotHolder<Bank> banks = BankTopic.holder();
    final SnapshotHolder<PolicySnapshot> policies = PolicySnapshot.holder();
    final List<String> restricted;
    final Encoder encoder;
    final DifferentiableEncoder gradients;
    final PictureReader reader;
    final ImageSources sources;
    final UploadRecords records;
    final EventDecoder<ImageUploaded> uploads;
    final EventDecoder<Verdict> verdicts;

    /**
     * Opens the model, publishes the schema of audits and begins to follow bank and policies.
     *
     * @param schemas not published yet; stopping it makes this return soon, with an exception
     * @throws CancellationException if the schemas were not published because it was told to stop
     */
    WorkerParts(
            WorkerConfig config, BrokerClients clients, SchemaExchange schemas, NanoClock clock, ThreadWatch watch) {
        boolean sound = false;
        try {
            Perception perception = new Perception(config);
            restricted = config.restricted().labels().orElse(List.of());
            encoder = keep(perception.openPlain());
            gradients = keep(perception.openGradients());
            keep(schemas);
            if (!schemas.publish()) {
                throw new CancellationException("the red team was told to stop before it had begun");
            }
            Map<String, Object> serde = schemas.addTo(perception.serdeSettings());
            ReaderSettings sees =
                    perception.readerSettings(new Warmth(encoder.description(), Optional.empty(), Map.of(), 1));
            DecoderPool pool = keep(new DecoderPool(sees, perception.processLimits(), how -> {}));
            reader = pool;
            sources = keep(ImageSources.of(config.fetch(), clock));
            records = keep(new UploadRecords(clients::recordsConsumer, RECORD_WITHIN, clock));
            uploads = keep(new EventDecoder<>(ImageUploaded.class, serde));
            verdicts = keep(new EventDecoder<>(Verdict.class, serde));
            EventDecoder<Reference> references = keep(new EventDecoder<>(Reference.class, serde));
            EventDecoder<ModerationPolicy> documents = keep(new EventDecoder<>(ModerationPolicy.class, serde));
            // The worker's meters are the workers' to show.
            Following following = new Following(
                    config,
                    perception,
                    clients::followingConsumer,
                    new Following.Instruments(
                            new WorkerMetrics(new SimpleMeterRegistry()), clock, Clock.systemUTC(), watch));
            List<TopicFollower> followers = List.of(
                    following.policies(
                            documents,
                            encoder.description(),
                            perception.describeHoldingBack(),
                            sees.preprocessor().fingerprint(),
                            policies),
                    following.bank(references, Reader.ENCODER, encoder.description(), banks));
            open.push(banks);
            open.push(() -> {
                followers.forEach(TopicFollower::stop);
                followers.forEach(TopicFollower::close);
            });
            followers.forEach(TopicFollower::start);
            pool.start();
            sound = true;
        } finally {
            if (!sound) {
                close();
            }
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    /** Why nothing can be decided now; empty where it can. */
    Optional<String> unreadiness() {
        return Stream.of(banks.status(), PolicySnapshot.status(policies, banks))
                .filter(status -> !(status instanceof Readiness.Usable))
                .map(Readiness::message)
                .findFirst();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception failure) {
                throw new IllegalStateException("A part of the red team did not close", failure);
            }
        }
    }
}

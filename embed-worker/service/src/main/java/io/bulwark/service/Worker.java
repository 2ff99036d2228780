package io.bulwark.service;

import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.bank.BankIdentity;
import io.bulwark.service.bank.BankIdentity.Reader;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.bank.FollowedBank;
import io.bulwark.service.config.DeliberateWaits;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.flagged.FlaggedShelf;
import io.bulwark.service.flagged.FollowedFlagged;
import io.bulwark.service.follow.Followed;
import io.bulwark.service.follow.TopicFollower;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.StateMachine;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.VerdictGate;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.loop.Lane;
import io.bulwark.service.loop.Loops;
import io.bulwark.service.outcome.Provenance;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.pipeline.DecisionSteps;
import io.bulwark.service.pipeline.Pipeline;
import io.bulwark.service.pipeline.PreparationSteps;
import io.bulwark.service.pipeline.Warmth;
import io.bulwark.service.policy.ConfiguredFit;
import io.bulwark.service.policy.FollowedPolicies;
import io.bulwark.service.policy.MadeFor;
import io.bulwark.service.policy.PolicyShelf;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One worker: its parts, its main thread, and its health. {@link #start} and {@link #stop} are called once each; the
 * health methods by any thread.
 */
public final class Worker implements Duty {

    private final WorkerConfig config;
    private final KafkaClients clients;
    private final String workerId;
    private final WorkerMetrics metrics;
    private final Perception perception;
    private final NanoClock clock = NanoClock.SYSTEM;
    private final Clock wallClock = Clock.systemUTC();
    private final StateMachine state = new StateMachine(WorkerLog::stateChanged);
    private final ThreadWatch watch = new ThreadWatch(clock);
    private final BankShelf shelf = new BankShelf();
    private final PolicyShelf policies = new PolicyShelf();
    private final FlaggedShelf flagged = new FlaggedShelf();
    private final Optional<Twin> twin;
    private final VerdictGate banks;
    private final SchemaExchange schemas;
    private final DeferredTopic deferredTopic;
    private final Thread main = new Thread(this::live, "bulwark-loop");
    private volatile boolean stopping;
    private volatile LoopPair loops;
    private volatile Throwable failure;

    /**
     * Makes a worker.
     *
     * @param config already checked
     * @param workerId how its verdicts name it
     */
    public Worker(WorkerConfig config, KafkaClients clients, String workerId, WorkerMetrics metrics) {
        this.config = config;
        this.clients = clients;
        this.workerId = workerId;
        this.metrics = metrics;
        this.perception = new Perception(config);
        this.twin = Twin.of(config, perception);
        List<Supplier<Readiness>> needed = new ArrayList<>();
        needed.add(shelf::status);
        needed.add(() -> policies.status(shelf.labels()));
        if (flaggedApplies()) {
            needed.add(flagged::status);
        }
        this.banks = new VerdictGate(needed, twin.map(second -> second.shelf()::status));
        this.schemas = new SchemaExchange(clients.schemaClients(), config.schemas());
        this.deferredTopic = new DeferredTopic(clients);
    }

    @Override
    public void start() {
        main.start();
    }

    /** Finishes what was begun, leaves the group, and returns when that is done or the drain time is long over. */
    @Override
    public void stop() {
        stopping = true;
        schemas.stop();
        deferredTopic.stop();
        LoopPair running = loops;
        if (running != null) {
            running.stop();
        }
        try {
            main.join(config.drainTimeout().toMillis() + TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    public WorkerState state() {
        return state.state();
    }

    @Override
    public String phase() {
        return state().name();
    }

    @Override
    public Optional<String> ailment() {
        if (state() == WorkerState.FAILED) {
            Throwable cause = failure;
            return Optional.of(cannotGoOn(cause == null ? "unknown" : why(cause)));
        }
        return watch.stuck();
    }

    /** What a verdict waits for; empty while uploads are answered. */
    @Override
    public Optional<String> unreadiness() {
        Throwable cause = failure;
        if (cause != null) {
            // What one of its loops has begun may still be finished; it is not ready any more.
            return Optional.of(cannotGoOn(why(cause)));
        }
        return switch (state()) {
            case RUNNING -> Optional.empty();
            case STARTING, WARMING -> Optional.of("The encoder is being opened and measured");
            case PUBLISHING_SCHEMAS ->
                schemas.trouble()
                        .or(deferredTopic::trouble)
                        .or(() -> Optional.of("The schemas that verdicts are written with are being published"));
            case WAITING_FOR_BANK -> Optional.of(banks.status().message());
            case JOINING -> Optional.of("The group is being joined");
            case RECOVERING -> Optional.of("A transaction failed; reading begins again at the last commit");
            case DRAINING, STOPPED -> Optional.of("The worker was told to stop");
            case FAILED -> ailment();
        };
    }

    /** Whether the encoder is warm: from then on liveness counts. */
    @Override
    public boolean hasStarted() {
        WorkerState now = state();
        return now != WorkerState.STARTING && now != WorkerState.WARMING;
    }

    private void live() {
        try (SpanExport spans = SpanExport.open(config.tracing());
                Pipeline pipeline = new Pipeline(
                        perception.encoderInstances(),
                        perception::openEncoder,
                        twin.map(second -> second::openEncoder),
                        clock,
                        watch,
                        metrics);
                ImageSources prompt = ImageSources.prompt(config.fetch(), clock);
                ImageSources patient = ImageSources.of(config.fetch(), clock);
                schemas) {
            metrics.fetchedBytes(() -> prompt.memoryBytes() + patient.memoryBytes());
            state.moveTo(WorkerState.WARMING);
            Warmth warm = pipeline.warmUp().join();
            state.moveTo(WorkerState.PUBLISHING_SCHEMAS);
            if (schemas.publish() && deferredTopic.await()) {
                work(pipeline, prompt, patient, warm, spans.tracing(wallClock, clock));
            } else {
                state.moveTo(WorkerState.DRAINING);
            }
            state.moveTo(WorkerState.STOPPED);
        } catch (RuntimeException | Error broken) {
            failure = broken instanceof CompletionException ? broken.getCause() : broken;
            WorkerLog.failed(failure, why(failure));
            if (!state().isTerminal()) {
                state.moveTo(WorkerState.FAILED);
            }
        } finally {
            shelf.close();
            flagged.close();
            twin.ifPresent(second -> second.shelf().close());
        }
    }

    private static String cannotGoOn(String why) {
        return "The worker cannot go on: " + why;
    }

    private static String why(Throwable cause) {
        return ConnectionFaults.explain(cause).orElseGet(() -> String.valueOf(cause.getMessage()));
    }

    private void work(Pipeline pipeline, ImageSources prompt, ImageSources patient, Warmth warm, Tracing tracing) {
        Map<String, Object> serde = schemas.addTo(perception.serdeSettings());
        ReaderSettings sees = perception.readerSettings(warm);
        String preprocessing = sees.preprocessor().fingerprint();
        try (DecoderPool reader = new DecoderPool(sees, perception.processLimits(), this::decoderDied);
                EventDecoder<ImageUploaded> uploads = new EventDecoder<>(ImageUploaded.class, serde);
                EventDecoder<Reference> references = new EventDecoder<>(Reference.class, serde);
                EventDecoder<FlaggedContent> contents = new EventDecoder<>(FlaggedContent.class, serde);
                EventDecoder<ModerationPolicy> documents = new EventDecoder<>(ModerationPolicy.class, serde)) {
            reader.start();
            DeliberateWaits waits = DeliberateWaits.of(config);
            if (!waits.old().isEmpty()) {
                WorkerLog.oldSettings(waits.old());
            }
            VerdictWriter verdicts = new VerdictWriter(
                    new Provenance(
                            warm.description().fingerprint(),
                            preprocessing,
                            perception.samplingKey().id(),
                            workerId),
                    wallClock);
            pipeline.begin(
                    warm,
                    waits.views(),
                    new PreparationSteps(uploads, prompt, patient, reader, shelf::knowsPictures),
                    perception.limits(),
                    new DecisionSteps(
                            shelf,
                            policies,
                            verdicts,
                            twin.map(second -> second.steps(warm.twin().orElseThrow())),
                            flaggedApplies() ? Optional.of(flaggedSteps()) : Optional.empty(),
                            config.embeddings().publish()));
            List<TopicFollower> followers = new ArrayList<>();
            followers.add(policiesFollower(documents, warm, preprocessing));
            followers.add(bankFollower(references, Reader.ENCODER, warm.description(), shelf));
            twin.ifPresent(second -> followers.add(
                    bankFollower(references, Reader.TWIN, warm.twin().orElseThrow(), second.shelf())));
            Optional<String> otherwise = flaggedMadeForOther(warm, preprocessing);
            otherwise.ifPresent(flagged::explainAbsence);
            if (flaggedApplies() && otherwise.isEmpty()) {
                followers.add(flaggedFollower(contents, warm.description()));
            }
            followers.forEach(TopicFollower::start);
            try {
                answer(pipeline, tracing);
            } finally {
                followers.forEach(TopicFollower::stop);
                followers.forEach(TopicFollower::close);
            }
        }
    }

    private void decoderDied(String how) {
        WorkerLog.decoderDied(how);
        metrics.decoderDied();
    }

    private DecisionSteps.OfFlagged flaggedSteps() {
        return new DecisionSteps.OfFlagged(
                flagged, new NearFlagged(config.flagged().similarity().orElseThrow()), perception.samplingKey());
    }

    /** Nothing is held back by a bound that nobody calibrated. */
    private boolean flaggedApplies() {
        return config.flagged().enabled() && config.flagged().similarity().isPresent();
    }

    private Optional<String> flaggedMadeForOther(Warmth warm, String preprocessing) {
        String own = warm.description().fingerprint() + "/" + preprocessing;
        return config.flagged()
                .madeFor()
                .filter(madeFor -> !madeFor.equals("any") && !madeFor.equals(own))
                .map(madeFor -> "bulwark.flagged.similarity was calibrated for " + madeFor + ", this worker has " + own
                        + ": run `bulwark bank calibrate-flagged`, or leave bulwark.flagged.similarity out");
    }

    private TopicFollower flaggedFollower(EventDecoder<FlaggedContent> decoder, EncoderDescription encoder) {
        return follower(
                "flagged",
                new FollowedFlagged(decoder, encoder.fingerprint(), encoder.dimension(), flagged, wallClock, metrics),
                config.bank().coalesce());
    }

    private TopicFollower policiesFollower(EventDecoder<ModerationPolicy> decoder, Warmth warm, String preprocessing) {
        ConfiguredPolicies configured = new ConfiguredPolicies(config.policy());
        return follower(
                "policies",
                new FollowedPolicies(
                        decoder,
                        configured,
                        configured.watched(),
                        new ConfiguredFit(
                                config.policy().madeFor(),
                                new MadeFor(
                                        config.bank().name(), warm.description().fingerprint(), preprocessing),
                                perception.calibrateCommand()),
                        policies,
                        metrics),
                Duration.ZERO);
    }

    private TopicFollower bankFollower(
            EventDecoder<Reference> decoder, Reader whose, EncoderDescription encoder, BankShelf place) {
        BankIdentity identity = new BankIdentity(
                whose,
                config.bank().name(),
                perception.bankOptions(),
                encoder.fingerprint(),
                encoder.dimension(),
                whose == Reader.TWIN ? Optional.of(perception.policySettings().watchedLabels()) : Optional.empty());
        return follower(
                "references-" + whose.name().toLowerCase(Locale.ROOT),
                new FollowedBank(decoder, identity, place, wallClock, metrics),
                config.bank().coalesce());
    }

    private TopicFollower follower(String name, Followed followed, Duration coalesce) {
        return new TopicFollower("bulwark-" + name, clients::followingConsumer, followed, coalesce, clock, watch);
    }

    private void answer(Pipeline pipeline, Tracing tracing) {
        Loops made = new Loops(
                config,
                clients,
                perception::serializers,
                new Loops.Environment(banks, metrics, tracing, clock, wallClock, watch));
        LoopPair pair = new LoopPair(
                LoopPair.Loop.of(made.create(Lane.UPLOADS, pipeline, state)),
                LoopPair.Loop.of(made.create(
                        Lane.DEFERRED,
                        pipeline.deferred(),
                        new StateMachine(WorkerState.PUBLISHING_SCHEMAS, WorkerLog::deferredLoopStateChanged))),
                cause -> failure = cause);
        loops = pair;
        if (stopping) {
            pair.stop();
        }
        pair.run();
    }
}

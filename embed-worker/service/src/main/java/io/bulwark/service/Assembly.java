package io.bulwark.service;

import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.perception.audit.ScalingAuditor;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.audit.TwinSample;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.config.LatencySettings;
import io.bulwark.service.config.TwinConfig;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.BankTopic.BankIdentity.Reader;
import io.bulwark.service.follow.FlaggedTopic;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.follow.TopicFollower;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.pipeline.AuditWriter;
import io.bulwark.service.pipeline.DecisionSteps;
import io.bulwark.service.pipeline.DecisionSteps.TwinPolicies;
import io.bulwark.service.pipeline.Pipeline;
import io.bulwark.service.pipeline.Pipeline.PreparationSteps;
import io.bulwark.service.pipeline.VerdictWriter;
import io.bulwark.service.pipeline.VerdictWriter.Provenance;
import io.bulwark.service.pipeline.Warmth;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * All between an upload and its outcome, put together from the settings: encoder, twin, decoders, sources, bank,
 * flagged index, policies and schemas. Its users are the loops of a {@link Worker} and the requests to a {@link
 * ScoreServer}. That both have the same assembly is why they decide alike.
 *
 * <p>One thread calls {@link #warmUp}, {@link #publishSchemas}, {@link #begin} and {@link #close}, in this order; the
 * rest by any thread.
 */
final class Assembly implements AutoCloseable {

    private final WorkerConfig config;
    private final KafkaClients clients;
    private final String workerId;
    private final Following.Instruments instruments;
    private final Perception perception;
    private final SnapshotHolder<Bank> shelf = BankTopic.holder();
    private final SnapshotHolder<PolicySnapshot> policies = PolicySnapshot.holder();
    private final SnapshotHolder<FlaggedSnapshot> flagged = FlaggedTopic.holder();
    private final Optional<TwinSetup> twin;
    private final VerdictGate gate;
    private final SchemaExchange schemas;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private Pipeline pipeline;
    private volatile DecoderPool reader;
    private ImageSources prompt;
    private ImageSources patient;

    /**
     * Puts together what needs no other thread.
     *
     * @param config already checked
     * @param workerId how verdicts name this process
     */
    Assembly(WorkerConfig config, KafkaClients clients, String workerId, Following.Instruments instruments) {
        this.config = config;
        this.clients = clients;
        this.workerId = workerId;
        this.instruments = instruments;
        this.perception = new Perception(config);
        this.twin = TwinSetup.of(config, perception);
        List<Supplier<Readiness>> needed = new ArrayList<>();
        needed.add(shelf::status);
        needed.add(() -> PolicySnapshot.status(policies, shelf));
        if (flaggedApplies()) {
            needed.add(flagged::status);
        }
        twin.filter(TwinSetup::holdsBack).ifPresent(second -> needed.add(second.shelf()::status));
        this.gate = new VerdictGate(needed, twin.map(second -> second.shelf()::status));
        this.schemas = new SchemaExchange(clients.schemaClients(), config.schemas());
    }

    /** What verdicts wait for. */
    VerdictGate gate() {
        return gate;
    }

    Perception perception() {
        return perception;
    }

    /** Opens and measures encoder and twin; returns when they are warm. */
    Warmth warmUp() {
        open.push(() -> {
            shelf.close();
            flagged.close();
            twin.ifPresent(second -> second.shelf().close());
        });
        pipeline = keep(new Pipeline(
                perception.encoderInstances(),
                perception::openEncoder,
                twin.map(second -> second::openEncoder),
                twin.filter(TwinSetup::holdsBack).isPresent(),
                instruments.clock(),
                instruments.watch(),
                instruments.metrics()));
        prompt = keep(ImageSources.prompt(config.fetch(), instruments.clock()));
        patient = keep(ImageSources.of(config.fetch(), instruments.clock()));
        keep(schemas);
        instruments.metrics().fetchedBytes(() -> prompt.memoryBytes() + patient.memoryBytes());
        return pipeline.warmUp().join();
    }

    /** Publishes the schemas that answers are written with; false if {@link #stopWaiting} came first. */
    boolean publishSchemas() {
        return schemas.publish();
    }

    /** Why the schemas are not published yet; empty while nothing went wrong. */
    Optional<String> schemasTrouble() {
        return schemas.trouble();
    }

    /** What this machine lacks to read some files, which are put off meanwhile; empty while it lacks nothing. */
    Optional<String> lack() {
        return Optional.ofNullable(reader).flatMap(DecoderPool::lack);
    }

    /** Makes {@link #publishSchemas} return soon. */
    void stopWaiting() {
        schemas.stop();
    }

    /** Begins to follow bank, policies and the flagged index, and takes uploads from now on. */
    Pipeline begin(Warmth warm) {
        Map<String, Object> serde = schemas.addTo(perception.serdeSettings());
        ReaderSettings sees = perception.readerSettings(warm);
        String preprocessing = sees.preprocessor().fingerprint();
        reader = keep(new DecoderPool(sees, perception.processLimits(), this::decoderDied));
        EventDecoder<ImageUploaded> uploads = keep(new EventDecoder<>(ImageUploaded.class, serde));
        EventDecoder<Reference> references = keep(new EventDecoder<>(Reference.class, serde));
        EventDecoder<FlaggedContent> contents = keep(new EventDecoder<>(FlaggedContent.class, serde));
        EventDecoder<ModerationPolicy> documents = keep(new EventDecoder<>(ModerationPolicy.class, serde));
        reader.start();
        reader.isolation().ifPresent(this::decodersIsolated);
        LatencySettings waits = LatencySettings.of(config);
        if (!waits.old().isEmpty()) {
            WorkerLog.oldSettings(waits.old());
        }
        VerdictWriter verdicts = new VerdictWriter(
                new Provenance(
                        warm.description().fingerprint(),
                        preprocessing,
                        perception.samplingKey().id(),
                        workerId),
                instruments.wallClock());
        pipeline.begin(
                warm,
                waits.views(),
                new PreparationSteps(
                        uploads,
                        prompt,
                        patient,
                        reader,
                        () -> shelf.current().map(Bank::knowsPictures).orElse(false)),
                perception.limits(),
                new DecisionSteps(
                        shelf,
                        policies,
                        config.restricted().labels().orElse(List.of()),
                        verdicts,
                        twin.map(second -> second.steps(warm.twin().orElseThrow())),
                        flaggedApplies() ? Optional.of(flaggedSteps()) : Optional.empty(),
                        new ScalingAuditor(config.scaling().threshold()),
                        new DecisionSteps.OfSample(
                                perception.auditSample(), config.scaling().enabled()),
                        config.embeddings().publish(),
                        !config.score().enabled()));
        Following following = new Following(config, perception, clients::followingConsumer, instruments);
        List<TopicFollower> followers = new ArrayList<>();
        followers.add(following.policies(
                documents,
                warm.description(),
                warm.twin().filter(second -> config.twin().holdsBack()),
                preprocessing,
                policies));
        followers.add(following.bank(references, Reader.ENCODER, warm.description(), shelf));
        twin.ifPresent(second -> followers.add(
                following.bank(references, Reader.TWIN, warm.twin().orElseThrow(), second.shelf())));
        Optional<String> otherwise = flaggedMadeForOther(warm, preprocessing);
        otherwise.ifPresent(flagged::explainAbsence);
        if (flaggedApplies() && otherwise.isEmpty()) {
            followers.add(following.flagged(contents, warm.description(), flagged));
        }
        open.push(() -> {
            followers.forEach(TopicFollower::stop);
            followers.forEach(TopicFollower::close);
        });
        followers.forEach(TopicFollower::start);
        return pipeline;
    }

    private void decodersIsolated(IsolationState state) {
        WorkerLog.decodersIsolated(state.isComplete(), state.detail());
        instruments.metrics().decodersIsolated(state.isComplete());
    }

    private void decoderDied(String how) {
        WorkerLog.decoderDied(how);
        instruments.metrics().count(Event.DECODER_DEATH);
    }

    private DecisionSteps.OfFlagged flaggedSteps() {
        return new DecisionSteps.OfFlagged(
                flagged, new NearFlagged(config.flagged().similarity().orElseThrow()), perception.samplingKey());
    }

    /** Nothing is held back before a bound was calibrated. */
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

    private <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    /** Ends what was begun, last begun first. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception unclosed) {
                WorkerLog.notClosed(part.getClass().getSimpleName(), unclosed);
            }
        }
    }

    /** The settings of the twin turned into parts. */
    static final class TwinSetup {

        private final Perception perception;
        private final String model;
        private final String precision;
        private final TwinPolicies policies;
        private final TwinAuditor auditor;
        private final TwinSample sample;
        private final OptionalInt heldPerHour;
        private final SnapshotHolder<Bank> shelf = BankTopic.holder();

        private TwinSetup(WorkerConfig config, Perception perception, String model) {
            this.perception = perception;
            this.model = model;
            this.precision = config.twin().precision().orElse(config.encoder().precision());
            Thresholds everybodys = perception.policySettings().thresholds();
            this.policies = new TwinPolicies(encoders -> settings(encoders, everybodys, config.twin()));
            this.auditor = new TwinAuditor(config.twin().threshold().orElseThrow());
            this.sample = new TwinSample(config.twin().sample(), perception.samplingKey());
            this.heldPerHour =
                    config.twin().holdsBack() ? OptionalInt.of(config.twin().heldPerHour()) : OptionalInt.empty();
        }

        /** The twin that the settings ask for; empty where they ask for none. */
        static Optional<TwinSetup> of(WorkerConfig config, Perception perception) {
            return config.twin().model().map(model -> new TwinSetup(config, perception, model));
        }

        /** Opens and measures it; on the thread that will use it. */
        WarmEncoder openEncoder() {
            return perception.open(model, precision);
        }

        /** Whether SAFE needs its word. */
        boolean holdsBack() {
            return heldPerHour.isPresent();
        }

        /** Where its bank lies. */
        SnapshotHolder<Bank> shelf() {
            return shelf;
        }

        DecisionSteps.OfTwin steps(EncoderDescription opened) {
            return new DecisionSteps.OfTwin(
                    shelf, policies, auditor, new AuditWriter(opened.fingerprint()), sample, heldPerHour);
        }

        /**
         * A twin that holds back decides by thresholds in its own metric alone: those of a tenant or a label are the
         * encoder's. One that only disagrees takes a tenant's, else it would disagree about the rules.
         *
         * @param everybodys thresholds that the twin's stand for
         */
        private static PolicySettings settings(PolicySettings encoders, Thresholds everybodys, TwinConfig twin) {
            Thresholds own = new Thresholds(
                    twin.flag().orElse(everybodys.flag()), twin.safe().orElse(everybodys.safe()));
            boolean keeps = !twin.holdsBack() && !encoders.thresholds().equals(everybodys);
            return new PolicySettings(
                    encoders.k(),
                    twin.temperature().orElse(encoders.temperature()),
                    twin.floor().orElse(encoders.floor()),
                    PolicySettings.NEVER_KNOWN,
                    keeps ? encoders.thresholds() : own,
                    twin.holdsBack() ? withoutThresholds(encoders.labels()) : encoders.labels(),
                    encoders.unfamiliar(),
                    encoders.flaggedClasses());
        }

        private static Map<String, LabelRule> withoutThresholds(Map<String, LabelRule> rules) {
            Map<String, LabelRule> actions = new HashMap<>();
            rules.forEach((label, rule) -> actions.put(label, LabelRule.of(rule.action())));
            return actions;
        }
    }
}

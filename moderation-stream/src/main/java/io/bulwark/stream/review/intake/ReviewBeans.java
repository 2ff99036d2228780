package io.bulwark.stream.review.intake;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Subject;
import io.bulwark.events.UploaderAction;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.auditlog.Anchors;
import io.bulwark.stream.auditlog.AuditRetention;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.policy.Policies;
import io.bulwark.stream.promise.Drift;
import io.bulwark.stream.promise.DriftSamples;
import io.bulwark.stream.promise.DriftWatch;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.promise.PromiseWatch;
import io.bulwark.stream.promise.Promises;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.StateQueries.HoldQueries;
import io.bulwark.stream.review.AlikeItems;
import io.bulwark.stream.review.BankProposals;
import io.bulwark.stream.review.Decisions;
import io.bulwark.stream.review.Duties;
import io.bulwark.stream.review.IdenticalCopies;
import io.bulwark.stream.review.KafkaReferences;
import io.bulwark.stream.review.Outbox;
import io.bulwark.stream.review.OutboxPublisher;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.QueueRouting;
import io.bulwark.stream.review.Retention;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.ReviewRules;
import io.bulwark.stream.review.ReviewWords;
import io.bulwark.stream.review.evidence.Evidence;
import io.bulwark.stream.review.evidence.Evidence.ItemPictures;
import io.bulwark.stream.review.evidence.EvidenceKeeper;
import io.bulwark.stream.review.evidence.EvidenceKeys;
import io.bulwark.stream.review.intake.IntakeTopic.AuditIntake;
import io.bulwark.stream.review.intake.IntakeTopic.EmbeddingIntake;
import io.bulwark.stream.review.intake.IntakeTopic.StrikeIntake;
import io.bulwark.stream.review.intake.VerdictIntake.PolicyIntake;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.trace.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jboss.logging.Logger;

/** Makes the parts of the review from the settings, starts its jobs with the application and ends them with it. */
@Singleton
class ReviewBeans {

    private static final Logger LOG = Logger.getLogger(ReviewBeans.class);
    private static final int MOST_RECORDS = 500;
    private static final int ANCHORS_BLOCK_MILLIS = 10_000;
    private static final Duration DAILY = Duration.ofDays(1);
    private static final Duration PROMISES = Duration.ofMinutes(1);
    private static final Duration COUNTS = Duration.ofSeconds(15);
    private static final Duration ROUTING = Duration.ofSeconds(5);
    private static final Duration DRIFT = Duration.ofMinutes(5);

    private final SecureRandom chance = new SecureRandom(); // which decisions are checked must not be predictable
    private final StreamConfig config;
    private final ReviewConfig settings;
    private final ReviewRules rules;
    private final Database database;
    private final HoldQueries holds;
    private final SchemaFollower schemas;
    private final PreviewClient preview;
    private final Restriction restriction;
    private final MeterRegistry meters;
    private final Tracing tracing;
    private final Optional<EvidenceKeys> keys;
    private final List<AutoCloseable> jobs = new ArrayList<>(); // of the thread that starts and stops

    ReviewBeans(
            StreamConfig config,
            Database database,
            HoldQueries holds,
            SchemaFollower schemas,
            PreviewClient preview,
            Restriction restriction,
            MeterRegistry meters,
            Tracing tracing) {
        this.restriction = restriction;
        this.config = config;
        this.settings = config.review();
        this.rules = ReviewRules.of(settings);
        this.database = database;
        this.holds = holds;
        this.schemas = schemas;
        this.preview = preview;
        this.meters = meters;
        this.tracing = tracing;
        this.keys = settings.evidence().keyFile().map(Path::of).flatMap(EvidenceKeys::read);
    }

    @Produces
    @Singleton
    ReviewQueue queue() {
        return new ReviewQueue(database, rules, chance);
    }

    @Produces
    @Singleton
    QueueRouting routing() {
        return new QueueRouting(database, COUNTS);
    }

    @Produces
    @Singleton
    Duties duties() {
        return new Duties(database);
    }

    @Produces
    @Singleton
    ReviewWords words() {
        return new ReviewWords(database);
    }

    @Produces
    @Singleton
    AlikeItems alike() {
        return new AlikeItems(database);
    }

    @Produces
    @Singleton
    QueueIntake intake() {
        return new QueueIntake(rules);
    }

    @Produces
    @Singleton
    Decisions decisions() {
        return new Decisions(database, rules, chance, tracing);
    }

    @Produces
    @Singleton
    BankProposals proposals() {
        return new BankProposals(
                database,
                new KafkaReferences(
                        StreamSettings.kafkaClient(config), decoder(ImageEmbedding.class), settings.bank()));
    }

    @Produces
    @Singleton
    Policies policies() {
        return new Policies(
                database,
                (handle, id, record) ->
                        Outbox.add(handle, record.tenant(), id, Outbox.Kind.POLICY, record, Context.current()));
    }

    @Produces
    @Singleton
    Evidence.Status status() {
        return Evidence.Status.of(database.isConfigured(), preview.isConfigured(), keys);
    }

    @Produces
    @Singleton
    ItemPictures pictures() {
        return new ItemPictures(database, keys, preview::ask);
    }

    @Produces
    @Singleton
    Promises promises() {
        return new Promises(database, Promises.Settings.of(settings.promises()));
    }

    @Produces
    @Singleton
    Drift drift() {
        return new Drift(database, Drift.Settings.of(settings.drift()));
    }

    @Produces
    @Singleton
    Retention.HoldCheck held() {
        return this::isHeld;
    }

    void start(
            @Observes StartupEvent event,
            SchemaClients clients,
            QueueIntake queue,
            QueueRouting routing,
            Decisions decisions,
            Evidence.Status status,
            Promises promises,
            Drift drift,
            Retention.HoldCheck held,
            RestrictedIntake.Cases cases) {
        LOG.info(status.message());
        var ages = Retention.Ages.of(settings.retention());
        Optional<AuditRetention> auditRetention = AuditRetention.of(settings.auditLog(), database);
        var reviewMeters = new ReviewMeters(database, meters);
        var promiseWatch = new PromiseWatch(database, promises, meters);
        Runnable driftJob = drift.isOff()
                ? () -> DriftWatch.deleteAged(database)
                : new DriftWatch(database, drift, meters)::look; // it has gauges
        IntakeLoop loop = intakeLoop(queue, cases);
        jobs.add(loop); // also what keeps its gauge
        IntakeLoop restricted = restrictedLoop(cases);
        jobs.add(restricted);
        if (!database.isConfigured()) {
            return;
        }
        loop.start();
        restricted.start();
        var publisher = new OutboxPublisher(
                database, () -> outboxTopic(clients), settings.outbox().pause());
        publisher.start();
        jobs.add(publisher);
        job(BackgroundJob.every("review-meters", Duration.ZERO, Duration.ofSeconds(5), reviewMeters::look));
        job(BackgroundJob.every("review-routing", Duration.ZERO, ROUTING, routing::keepUp));
        var copies = new IdenticalCopies(database, queue, decisions);
        job(BackgroundJob.every("review-copies", Duration.ofSeconds(1), ROUTING, copies::keepUp));
        job(BackgroundJob.every("promises", Duration.ofSeconds(10), PROMISES, promiseWatch::look));
        job(BackgroundJob.every("drift", Duration.ofSeconds(20), drift.isOff() ? DAILY : DRIFT, driftJob));
        var retention = new Retention(database, ages, held, Clock.systemUTC());
        job(BackgroundJob.every("review-retention", Duration.ofMinutes(10), DAILY, retention::sweepAndLog));
        auditRetention.ifPresent(
                kept -> job(BackgroundJob.every("audit-retention", Duration.ofMinutes(15), DAILY, kept::sweepAndLog)));
        anchors();
        if (status.kept()) {
            Arrays.stream(EvidenceKeeper.Outcome.values()).forEach(this::counter);
            var keeper = new EvidenceKeeper(
                    database,
                    preview::ask,
                    held,
                    keys.orElseThrow(),
                    settings.evidence().appeal(),
                    this::count,
                    System::nanoTime);
            keeper.start();
            jobs.add(keeper);
        }
    }

    private void job(BackgroundJob job) {
        job.start();
        jobs.add(0, job::abort); // before those whose end is waited for
    }

    void stop(@Observes ShutdownEvent event) {
        for (AutoCloseable job : jobs) {
            try {
                job.close();
            } catch (Exception failure) {
                LOG.warnf(failure, "A job of people's work did not close");
            }
        }
    }

    private void anchors() {
        ReviewConfig.AuditLog auditLog = settings.auditLog();
        if (!auditLog.anchorTopic() && auditLog.anchors().isEmpty()) {
            return;
        }
        Map<String, Object> properties =
                Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.MAX_BLOCK_MS_CONFIG, ANCHORS_BLOCK_MILLIS);
        var anchors = new Anchors(
                database,
                StreamSettings.topics(config).of(Topics.AUDIT_ANCHORS),
                auditLog.anchorTopic()
                        ? Optional.of(() -> StreamSettings.producer(config, properties))
                        : Optional.empty(),
                auditLog.anchors().map(Path::of));
        Duration every = Duration.ofSeconds(Math.max(1, auditLog.anchorEvery().toSeconds()));
        Duration first = Duration.ofSeconds(Math.min(60, every.toSeconds()));
        job(BackgroundJob.every("audit-anchors", first, every, anchors::tick));
    }

    /**
     * Reviews are always written in the newest release: an older one cannot name the content that was looked at, and
     * such a review applies to nothing.
     */
    private OutboxPublisher.Topic outboxTopic(SchemaClients clients) {
        new SchemaPublisher(clients).publish(BundledSchemas.RELEASES);
        Map<String, Object> serdes = StreamSettings.serdes(config);
        serdes.put(SerdeSettings.WRITE, BundledSchemas.RELEASES);
        return new OutboxPublisher.KafkaTopic(
                StreamSettings.kafkaClient(config), serdes, StreamSettings.applicationId(config) + "-review-outbox");
    }

    private IntakeLoop intakeLoop(QueueIntake queue, RestrictedIntake.Cases cases) {
        List<IntakeTopic<?>> topics = new ArrayList<>(List.of(
                new DecisionIntake(
                        decoder(ModerationDecision.class), queue, new PromiseDraws(rules.sample()), restriction),
                new AuditIntake(decoder(AttackAudit.class), queue, restriction),
                new StrikeIntake(decoder(UploaderAction.class)),
                new PolicyIntake(decoder(ModerationPolicy.class)),
                new VerdictIntake(decoder(Verdict.class), restriction, cases),
                new ReportIntake(decoder(ImageReport.class), queue, restriction),
                new ErasureIntake(decoder(Erasure.class), queue, this::mustKeep)));
        int sampled = settings.drift().perDay();
        if (sampled > 0) {
            topics.add(new EmbeddingIntake(decoder(ImageEmbedding.class), new DriftSamples(sampled)));
        }
        IntakeLoop loop = loop("review-intake", topics);
        Gauge.builder("bulwark.review.intake.waiting", loop, IntakeLoop::waiting)
                .description("Partitions of the intake that wait until it is known what is on legal hold")
                .register(meters);
        return loop;
    }

    /** Apart from the other intake, so that no instance of an earlier version reads for it. */
    private IntakeLoop restrictedLoop(RestrictedIntake.Cases cases) {
        Counter withoutCase = Counter.builder("bulwark.restricted.without.case")
                .description("Restricted verdicts of which no case could be opened")
                .register(meters);
        return loop(
                "restricted-intake",
                List.of(new RestrictedIntake(decoder(Verdict.class), restriction, cases, withoutCase::increment)));
    }

    private IntakeLoop loop(String name, List<IntakeTopic<?>> topics) {
        return new IntakeLoop(
                name,
                database,
                StreamSettings.consumers(
                        config,
                        Map.of(
                                ConsumerConfig.GROUP_ID_CONFIG,
                                StreamSettings.applicationId(config) + "-" + name,
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                MOST_RECORDS)),
                StreamSettings.topics(config),
                topics,
                deadLetters(topics),
                tracing);
    }

    private DeadLetters deadLetters(List<IntakeTopic<?>> topics) {
        var reasons = Stream.concat(
                Arrays.stream(DecodedEvent.Reason.values()).map(Enum::name),
                Stream.of(ReportIntake.BAD_KEY, ReportIntake.INCOMPLETE));
        TopicNames names = StreamSettings.topics(config);
        DeadLetters.register(meters, names.of(Topics.REPORTS), reasons.toList());
        topics.forEach(read -> DeadLetters.register(meters, names.of(read.topic()), List.of(DeadLetters.UNSTORABLE)));
        Map<String, Object> producer = Map.of(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Topics.DEAD_LETTERS.maxRecordBytes(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                DeadLetters.BLOCK.toMillis());
        return new DeadLetters(names.of(Topics.DEAD_LETTERS), () -> StreamSettings.producer(config, producer), meters);
    }

    private <T extends SpecificRecord> EventDecoder<T> decoder(Class<T> type) {
        return StreamSettings.decoder(config, schemas, type);
    }

    private boolean mustKeep(String tenant, Subject subject, String id) {
        Answer<Boolean> answer = holds.isHeld(tenant, subject, id);
        return answer.found()
                .orElseThrow(() -> new IntakeLoop.HoldsUnknownException(answer.why("They are being read.")));
    }

    /** While the holds cannot be asked, everything is held. */
    private boolean isHeld(String tenant, String imageId, String uploaderId) {
        return !imageId.isEmpty() && isHeld(tenant, Subject.IMAGE, imageId)
                || !uploaderId.isEmpty() && isHeld(tenant, Subject.UPLOADER, uploaderId);
    }

    private boolean isHeld(String tenant, Subject subject, String id) {
        return holds.isHeld(tenant, subject, id).found().orElse(true);
    }

    private void count(EvidenceKeeper.Outcome outcome) {
        counter(outcome).increment();
    }

    private Counter counter(EvidenceKeeper.Outcome outcome) {
        return Counter.builder("bulwark.review.evidence")
                .description("Pictures of items: kept, not to be had, deleted, or held beyond their time")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(meters);
    }
}

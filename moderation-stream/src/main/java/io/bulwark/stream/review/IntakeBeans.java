package io.bulwark.stream.review;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Subject;
import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.HoldQueries;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes intake and casebook, and ties the intake's life to the application's. */
@Singleton
class IntakeBeans {

    private static final int MOST_RECORDS = 500;
    private static final List<Topics> READ =
            List.of(Topics.DECISIONS, Topics.ATTACK_AUDIT, Topics.UPLOADER_ACTIONS, Topics.REPORTS, Topics.ERASURES);

    @Produces
    @Singleton
    Casebook casebook() {
        return new Casebook();
    }

    @Produces
    @Singleton
    CasePages pages(Database database) {
        return new CasePages(database);
    }

    @Produces
    @Singleton
    Backtest backtest(Database database) {
        return new Backtest(database);
    }

    @Produces
    @Singleton
    IntakeLoop intake(
            StreamConfig config,
            Database database,
            SchemaFollower schemas,
            Casebook casebook,
            QueueIntake queue,
            ReviewRules rules,
            AuditLog log,
            HoldQueries holds,
            MeterRegistry registry) {
        Map<String, Object> consumer = consumer(config);
        DeadLetters deadLetters = deadLetters(config, registry);
        var loop = new IntakeLoop(
                database,
                () -> new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                StreamSettings.topics(config),
                List.of(
                        new DecisionIntake(
                                decoder(config, schemas, ModerationDecision.class),
                                casebook,
                                queue,
                                rules.sample(),
                                new SecureRandom()),
                        new AuditIntake(decoder(config, schemas, AttackAudit.class), casebook, queue),
                        new StrikeIntake(decoder(config, schemas, UploaderAction.class)),
                        new ReportIntake(decoder(config, schemas, ImageReport.class), casebook, queue),
                        new ErasureIntake(
                                decoder(config, schemas, Erasure.class),
                                casebook,
                                queue,
                                log,
                                (tenant, subject, id) -> isHeld(holds, tenant, subject, id))),
                deadLetters);
        Gauge.builder("bulwark.review.intake.waiting", loop, IntakeLoop::waiting)
                .description("Partitions of the intake that wait until it is known what is on legal hold")
                .register(registry);
        return loop;
    }

    private static boolean isHeld(HoldQueries holds, String tenant, Subject subject, String id) {
        Answer<Boolean> answer = holds.isHeld(tenant, subject, id);
        if (answer instanceof Answer.Found<Boolean> found) {
            return found.value();
        }
        throw new HoldsUnknownException(
                answer instanceof Answer.NotReady<Boolean> notReady ? notReady.why() : "They are being read.");
    }

    void start(@Observes StartupEvent event, Database database, IntakeLoop intake) {
        if (database.isConfigured()) {
            intake.start();
        }
    }

    void stop(@Observes ShutdownEvent event, IntakeLoop intake) {
        intake.close();
    }

    private static <T extends SpecificRecord> EventDecoder<T> decoder(
            StreamConfig config, SchemaFollower schemas, Class<T> type) {
        return new EventDecoder<>(type, schemas.addTo(StreamSettings.serdes(config)));
    }

    private static DeadLetters deadLetters(StreamConfig config, MeterRegistry registry) {
        var reasons = Stream.concat(
                Arrays.stream(DecodedEvent.Reason.values()).map(Enum::name),
                Stream.of(ReportIntake.BAD_KEY, ReportIntake.INCOMPLETE));
        TopicNames names = StreamSettings.topics(config);
        DeadLetters.register(registry, names.of(Topics.REPORTS), reasons.toList());
        READ.forEach(topic -> DeadLetters.register(registry, names.of(topic), List.of(DeadLetters.UNSTORABLE)));
        Map<String, Object> producer = StreamSettings.kafkaClient(config);
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.DEAD_LETTERS.maxRecordBytes());
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DeadLetters.BLOCK.toMillis());
        return new DeadLetters(
                names.of(Topics.DEAD_LETTERS),
                () -> new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer()),
                registry);
    }

    private static Map<String, Object> consumer(StreamConfig config) {
        Map<String, Object> properties = StreamSettings.kafkaClient(config);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, StreamSettings.applicationId(config) + "-review-intake");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
        return properties;
    }
}

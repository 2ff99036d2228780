package io.bulwark.stream.review.intake;

import static org.awaitility.Awaitility.await;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.review.intake.IntakeTopic.AuditIntake;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.trace.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A real Kafka, a real PostgreSQL and the intake between them. */
abstract class IntakeRig {

    static final Map<String, Object> SERDES = Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES);
    static final Instant SINCE = Instant.parse("2026-11-26T10:00:00Z");

    final EventSerializer<ModerationDecision> values = new EventSerializer<>(ModerationDecision.class);
    TestDatabase database;
    ReviewDesk desk;
    EventProducer producer;
    SimpleMeterRegistry registry;

    @BeforeEach
    void open() {
        TestBroker.recreateTopics();
        values.configure(SERDES, false);
        database = TestDatabase.open();
        desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
        producer = new EventProducer(TestBroker.bootstrapServers());
        registry = new SimpleMeterRegistry();
    }

    @AfterEach
    void close() {
        producer.close();
        database.close();
    }

    static double letters(SimpleMeterRegistry registry, String reason) {
        return registry.find("bulwark.stream.dead.letters").tag("reason", reason).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    IntakeTopic<?> reports() {
        return new ReportIntake(new EventDecoder<>(ImageReport.class), desk.intake, ReviewDesk.NONE_RESTRICTED);
    }

    DeadLetters deadLetters() {
        Map<String, Object> settings = Map.of("bootstrap.servers", TestBroker.bootstrapServers());
        return new DeadLetters(
                Topics.DEAD_LETTERS.topicName(),
                () -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
                registry);
    }

    static ImageReport.Builder report(String imageId, ReportKind kind) {
        return ImageReport.newBuilder()
                .setImageId(imageId)
                .setKind(kind)
                .setReporter("reader-7")
                .setWords("A statue.")
                .setAt(SINCE);
    }

    void awaitCases(int count) {
        await().atMost(Duration.ofSeconds(40)).until(() -> desk.rows("casebook", "default") == count);
    }

    static KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", TestBroker.bootstrapServers(),
                        "group.id", "review-intake",
                        "isolation.level", "read_committed",
                        "enable.auto.commit", false,
                        "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    IntakeLoop intake(IntakeTopic<?>... topics) {
        return intake(TopicNames.UNPREFIXED, topics);
    }

    IntakeLoop intake(TopicNames names, IntakeTopic<?>... topics) {
        return new IntakeLoop(
                "review-intake",
                database.database(),
                IntakeRig::consumer,
                names,
                List.of(topics),
                deadLetters(),
                Tracing.OFF);
    }

    IntakeTopic<?> decisions(double sample) {
        return new DecisionIntake(
                new EventDecoder<>(ModerationDecision.class),
                desk.intake,
                new PromiseDraws(sample),
                ReviewDesk.NONE_RESTRICTED);
    }

    IntakeTopic<?> audits() {
        return new AuditIntake(new EventDecoder<>(AttackAudit.class), desk.intake, ReviewDesk.NONE_RESTRICTED);
    }

    void send(ModerationDecision decision) {
        send(TopicNames.UNPREFIXED, decision);
    }

    void send(TopicNames names, ModerationDecision decision) {
        String topic = names.of(Topics.DECISIONS);
        producer.send(
                topic,
                new TenantKey(decision.getTenant(), decision.getImageId()).toString(),
                values.serialize(topic, decision));
    }

    static ModerationDecision decision(String imageId, Decision decision) {
        return ModerationDecision.newBuilder()
                .setTenant("default")
                .setImageId(imageId)
                .setUploaderId("uploader")
                .setDecision(decision)
                .setReason(decision == Decision.REVIEW ? Reason.UNCERTAIN : null)
                .setLabels(List.of("porn"))
                .setScore(0.5)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "a-model"))
                .setSince(SINCE)
                .setContentSha256(ReviewDesk.sha256(imageId))
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L))
                .build();
    }
}

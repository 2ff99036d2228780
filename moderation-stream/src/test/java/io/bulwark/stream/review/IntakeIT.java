package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.review.IntakeTopic.AuditIntake;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.testing.TopicDump;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Intake from a real Kafka into a real PostgreSQL. */
class IntakeIT {

    private static final Map<String, Object> SERDES = Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES);
    private static final Instant SINCE = Instant.parse("2026-11-26T10:00:00Z");

    private final EventSerializer<ModerationDecision> values = new EventSerializer<>(ModerationDecision.class);
    private TestDatabase database;
    private ReviewDesk desk;
    private EventProducer producer;
    private SimpleMeterRegistry registry;

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

    @Test
    void aDoubtfulImageIsClaimableAndASafeOneIsACaseOnly() {
        send(decision("doubtful", Decision.REVIEW));
        send(decision("safe", Decision.SAFE));
        try (IntakeLoop intake = intake(decisions(0))) {
            intake.start();
            awaitCases(2);
        }
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        assertThat(claim.imageId()).isEqualTo("doubtful");
        assertThat(claim.machineReason()).isEqualTo("UNCERTAIN");
        assertThat(claim.contentSha256()).isEqualTo(ReviewDesk.sha256("doubtful"));
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    @Test
    void underAPrefixTopicsOfThatPrefixAloneAreRead() {
        var acme = new TopicNames("intake-it.");
        TestBroker.createTopics(acme);
        send(decision("of-no-prefix", Decision.REVIEW));
        send(acme, decision("of-acme", Decision.REVIEW));
        try (IntakeLoop intake = intake(acme, decisions(0))) {
            intake.start();
            awaitCases(1);
        }
        assertThat(desk.queue.claim(ANNA)).map(ReviewQueue.Claim::imageId).hasValue("of-acme");
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    @Test
    void aSampleOfWhatAWorkerIsSureOfIsLookedAt() {
        send(decision("safe", Decision.SAFE));
        try (IntakeLoop intake = intake(decisions(1))) {
            intake.start();
            awaitCases(1);
        }
        assertThat(desk.queue.claim(ANNA)).map(ReviewQueue.Claim::origins).hasValue(List.of("SAMPLE"));
    }

    @Test
    void anAuditBringsItsImageIntoTheQueueWhicheverComesFirst() {
        AttackAudit before = Samples.audit("audit-first").build();
        producer.send(Samples.probe("audit-none").build());
        producer.send(Samples.sampled("audit-none").build());
        producer.send(before);
        try (IntakeLoop intake = intake(decisions(0), audits())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("audit_mark", "default") == 1);
            send(decision("audit-first", Decision.SAFE));
            send(decision("audit-last", Decision.SAFE));
            awaitCases(2);
            producer.send(Samples.audit("audit-last").build());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.queue.state(ANNA).waiting() == 2);
        }
        var audited = new CasePages.CaseFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertThat(new CasePages(database.database())
                        .page(ANNA, audited, Optional.empty(), 10)
                        .cases())
                .hasSize(2);
    }

    @Test
    void anAuditIsOfItsContentAndNotOfAnotherOneUnderTheSameId() {
        String audited = ReviewDesk.sha256("audited");
        for (String image : List.of("before", "after")) {
            producer.send(Samples.audit(image).setContentSha256(audited).build());
        }
        try (IntakeLoop intake = intake(decisions(0), audits())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("audit_mark", "default") == 2);
            send(decision("before", Decision.SAFE));
            send(ModerationDecision.newBuilder(decision("after", Decision.SAFE))
                    .setContentSha256(audited)
                    .build());
            awaitCases(2);
            send(decision("last", Decision.SAFE));
            awaitCases(3);
            producer.send(Samples.audit("last").setContentSha256(audited).build());
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("audit_mark", "default") == 3);
        }
        assertThat(desk.queue.claim(ANNA)).map(claim -> claim.imageId()).hasValue("after");
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    @Test
    void aForgottenImageIsNoCaseAndDoesNotWaitForReview() {
        send(decision("image", Decision.REVIEW));
        producer.send(Topics.DECISIONS.topicName(), new TenantKey("default", "image").toString(), null);
        send(decision("other", Decision.SAFE));
        try (IntakeLoop intake = intake(decisions(0))) {
            intake.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.rows("casebook", "default") == 1
                            && desk.queue.state(ANNA).waiting() == 0);
        }
    }

    @Test
    void whatNoDatabaseCouldHoldIsADeadLetterAndThePartitionGoesOn() {
        ModerationDecision plain = decision("image", Decision.REVIEW);
        String han = "\u6f22";
        send(ModerationDecision.newBuilder(plain).setUploaderId("up\0loader").build());
        send(ModerationDecision.newBuilder(plain).setTenant("*").build());
        send(ModerationDecision.newBuilder(plain).setImageId(han.repeat(900)).build());
        send(ModerationDecision.newBuilder(plain)
                .setLabels(List.of(han.repeat(171)))
                .build());
        send(ModerationDecision.newBuilder(plain)
                .setSince(Instant.ofEpochMilli(Long.MAX_VALUE / 100))
                .build());
        producer.send(report("image", ReportKind.REPORT)
                .setContentSha256(han.repeat(1000))
                .build());
        producer.send(Samples.audit(han.repeat(900)).build());
        send(ModerationDecision.newBuilder(plain).setContentSha256("no hash").build());
        send(decision("after", Decision.SAFE));
        producer.send(report("after", ReportKind.REPORT).build());
        try (IntakeLoop intake = intake(decisions(0), reports(), audits())) {
            intake.start();
            awaitCases(2);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.queue.state(ANNA).waiting() == 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> letters(registry, "UNSTORABLE") == 6);
            await().atMost(Duration.ofSeconds(30)).until(() -> letters(registry, "INCOMPLETE") == 1);
        }
        assertThat(TopicDump.all(TestBroker.bootstrapServers(), Topics.DEAD_LETTERS.topicName()))
                .extracting(letter -> DeadLetterHeaders.readFrom(letter.headers())
                        .orElseThrow()
                        .detail())
                .containsExactlyInAnyOrder(
                        "An id has the character U+0000.",
                        "No tenant is called '*'.",
                        "An id has 2700 bytes in UTF-8, allowed are 1024.",
                        "An id has 2700 bytes in UTF-8, allowed are 1024.",
                        "A label has 513 bytes in UTF-8, allowed are 512.",
                        "The database refuses it for good (22008).",
                        "The contentSha256 is not 64 hexadecimal digits in lower case.");
    }

    @Test
    void whatDiedHalfWayIsTakenOnceAfterARestart() {
        for (int i = 0; i < 20; i++) {
            send(decision("image-" + i, Decision.REVIEW));
        }
        var taken = new AtomicInteger();
        IntakeTopic<?> dying = decisions(0);
        IntakeTopic<?> once = new IntakeTopic<>(Topics.DECISIONS, new EventDecoder<>(ModerationDecision.class)) {
            @Override
            public Topics topic() {
                return dying.topic();
            }

            @Override
            public void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
                dying.take(handle, record);
                if (taken.incrementAndGet() == 3) {
                    throw new IllegalStateException("the third record's transaction does not commit");
                }
            }

            @Override
            public void close() {
                dying.close();
            }
        };
        try (IntakeLoop intake = intake(once)) {
            intake.start();
            awaitCases(20);
        }
        assertThat(taken.get()).isGreaterThan(20);
        assertThat(desk.queue.state(ANNA).waiting()).isEqualTo(20);
    }

    /** A record behind the bad one undoes the transaction twice; a dead letter at each try would be three. */
    @Test
    void aBatchThatIsTriedAgainLeavesOneDeadLetter() {
        producer.send(Topics.REPORTS.topicName(), "image", "no report".getBytes(StandardCharsets.UTF_8));
        producer.send(report("image", ReportKind.REPORT).build());
        var tries = new AtomicInteger();
        IntakeTopic<?> reports = reports();
        IntakeTopic<?> trying = new IntakeTopic<>(Topics.REPORTS, new EventDecoder<>(ImageReport.class)) {
            @Override
            public Topics topic() {
                return reports.topic();
            }

            @Override
            public void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
                reports.prepare(records);
            }

            @Override
            public void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
                reports.take(handle, record);
                if (tries.incrementAndGet() < 3) {
                    throw new IllegalStateException("the transaction does not commit");
                }
            }

            @Override
            public void close() {
                reports.close();
            }
        };
        try (IntakeLoop intake = intake(trying)) {
            intake.start();
            await().atMost(Duration.ofSeconds(40)).until(() -> desk.rows("early_report", "default") == 1);
        }
        assertThat(tries).hasValue(3);
        assertThat(TopicDump.all(TestBroker.bootstrapServers(), Topics.DEAD_LETTERS.topicName()))
                .hasSize(1);
    }

    @Test
    void aReportBringsItsImageIntoTheQueueWhicheverComesFirst() {
        producer.send(report("first", ReportKind.REPORT).build());
        producer.send(report("foreign", ReportKind.REPORT)
                .setContentSha256(ReviewDesk.sha256("another"))
                .build());
        try (IntakeLoop intake = intake(decisions(0), reports())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("early_report", "default") == 2);
            send(decision("first", Decision.SAFE));
            send(decision("foreign", Decision.SAFE));
            send(decision("last", Decision.NSFW));
            awaitCases(3);
            producer.send(report("last", ReportKind.APPEAL).build());
            producer.send(report("last", ReportKind.APPEAL).build());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.queue.state(ANNA).waiting() == 2);
        }
        assertThat(desk.rows("early_report", "default"))
                .as("the report of another content waits for that")
                .isEqualTo(1);
        assertThat(desk.queue.claim(ANNA)).map(ReviewQueue.Claim::origins).hasValue(List.of("APPEAL"));
        assertThat(desk.queue.claim(ANNA)).map(ReviewQueue.Claim::origins).hasValue(List.of("REPORT"));
    }

    @Test
    void aReportThatSaysTooLittleIsADeadLetterAndTheNextOneCounts() {
        send(decision("image", Decision.SAFE));
        producer.send(Topics.REPORTS.topicName(), "image", new byte[] {1, 2, 3});
        producer.send(report("image", ReportKind.REPORT).setReporter(" ").build());
        producer.send(report("image", ReportKind.REPORT).setTenant("*").build());
        producer.send(report("image", ReportKind.REPORT).build());
        try (IntakeLoop intake = intake(decisions(0), reports())) {
            intake.start();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> desk.queue.state(ANNA).waiting() == 1);
        }
        assertThat(letters(registry, "UNKNOWN_FRAMING")).isEqualTo(1);
        assertThat(letters(registry, "INCOMPLETE")).isEqualTo(2);
        assertThat(TopicDump.all(TestBroker.bootstrapServers(), Topics.DEAD_LETTERS.topicName()))
                .hasSize(3);
    }

    @Test
    void rebuiltListsBringNothingIntoTheQueue() {
        send(decision("doubtful", Decision.REVIEW));
        send(decision("safe", Decision.SAFE));
        try (IntakeLoop intake = intake(decisions(0))) {
            intake.start();
            awaitCases(2);
            database.asOwner().useTransaction(owner -> {
                owner.execute("UPDATE intake_offset SET lists_until = next_offset, next_offset = 0");
                owner.execute("TRUNCATE casebook");
                owner.execute("DELETE FROM queue_item");
            });
            awaitCases(2);
            send(decision("later", Decision.REVIEW));
            awaitCases(3);
        }
        assertThat(desk.queue.claim(ANNA)).map(claim -> claim.imageId()).hasValue("later");
        assertThat(desk.queue.claim(ANNA)).isEmpty();
    }

    /** Orders that were read before are done, and other topics go on. */
    @Test
    void whileItIsNotKnownWhatIsOnHoldOrdersWaitAloneAndOneByOne() {
        for (String image : List.of("first", "doubted", "last")) {
            send(decision(image, Decision.SAFE));
        }
        var unknown = new AtomicBoolean(true);
        var measured = new AtomicReference<IntakeLoop>();
        List<Integer> whileTrying = new CopyOnWriteArrayList<>();
        var orders = new EventSerializer<>(Erasure.class);
        orders.configure(SERDES, false);
        IntakeTopic<?> erasures =
                new ErasureIntake(new EventDecoder<>(Erasure.class), desk.intake, (tenant, subject, id) -> {
                    if (id.equals("doubted") && unknown.get()) {
                        whileTrying.add(measured.get().waiting());
                        throw new IntakeLoop.HoldsUnknownException("They are being read.");
                    }
                    return false;
                });
        try (IntakeLoop intake = intake(decisions(0), erasures)) {
            measured.set(intake);
            intake.start();
            awaitCases(3);
            for (String image : List.of("first", "doubted", "last")) {
                String topic = Topics.ERASURES.topicName();
                var order = new Erasure("default", Subject.IMAGE, image, "keeper", "asked for", SINCE);
                producer.send(topic, "one partition", orders.serialize(topic, order));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> intake.waiting() == 1);
            awaitCases(2);
            send(decision("other", Decision.SAFE));
            awaitCases(3);
            await().atMost(Duration.ofSeconds(30)).until(() -> whileTrying.size() > 2);
            assertThat(whileTrying.subList(1, 3))
                    .as("an alert needs it without a gap")
                    .containsOnly(1);
            unknown.set(false);
            awaitCases(1);
            await().atMost(Duration.ofSeconds(30)).until(() -> intake.waiting() == 0);
        }
    }

    @Test
    void aPersonMayReportTwoContentsOfAnImageBeforeEitherIsDecided() {
        for (String content : List.of("one", "two", "two")) {
            producer.send(report("image", ReportKind.REPORT)
                    .setContentSha256(ReviewDesk.sha256(content))
                    .build());
        }
        producer.send(report("image", ReportKind.APPEAL).build());
        try (IntakeLoop intake = intake(reports())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("early_report", "default") == 3);
        }
    }

    private static double letters(SimpleMeterRegistry registry, String reason) {
        return registry.find("bulwark.stream.dead.letters").tag("reason", reason).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private IntakeTopic<?> reports() {
        return new ReportIntake(new EventDecoder<>(ImageReport.class), desk.intake);
    }

    private DeadLetters deadLetters() {
        Map<String, Object> settings = Map.of("bootstrap.servers", TestBroker.bootstrapServers());
        return new DeadLetters(
                Topics.DEAD_LETTERS.topicName(),
                () -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
                registry);
    }

    private static ImageReport.Builder report(String imageId, ReportKind kind) {
        return ImageReport.newBuilder()
                .setImageId(imageId)
                .setKind(kind)
                .setReporter("reader-7")
                .setWords("A statue.")
                .setAt(SINCE);
    }

    private void awaitCases(int count) {
        await().atMost(Duration.ofSeconds(40)).until(() -> desk.rows("casebook", "default") == count);
    }

    private IntakeLoop intake(IntakeTopic<?>... topics) {
        return intake(TopicNames.UNPREFIXED, topics);
    }

    private IntakeLoop intake(TopicNames names, IntakeTopic<?>... topics) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", TestBroker.bootstrapServers(),
                "group.id", "review-intake",
                "isolation.level", "read_committed",
                "enable.auto.commit", false,
                "auto.offset.reset", "earliest");
        return new IntakeLoop(
                database.database(),
                () -> new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                names,
                List.of(topics),
                deadLetters());
    }

    private IntakeTopic<?> decisions(double sample) {
        return new DecisionIntake(
                new EventDecoder<>(ModerationDecision.class), desk.intake, sample, new SplittableRandom(3));
    }

    private IntakeTopic<?> audits() {
        return new AuditIntake(new EventDecoder<>(AttackAudit.class), desk.intake);
    }

    private void send(ModerationDecision decision) {
        send(TopicNames.UNPREFIXED, decision);
    }

    private void send(TopicNames names, ModerationDecision decision) {
        String topic = names.of(Topics.DECISIONS);
        producer.send(
                topic,
                new TenantKey(decision.getTenant(), decision.getImageId()).toString(),
                values.serialize(topic, decision));
    }

    private static ModerationDecision decision(String imageId, Decision decision) {
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

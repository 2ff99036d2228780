package io.bulwark.stream.review.intake;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.TopicDump;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** Intake where it dies, meets what no database can hold, waits, or reads again. */
class IntakeLoopIT extends IntakeRig {

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

    /** Else an overturned strike would come back, act, and be taken back minutes later. */
    @Test
    void rebuiltListsBringNoStrikesBack() {
        database.asOwner()
                .useHandle(owner ->
                        owner.execute("INSERT INTO account_policy (tenant, version, strikes, rules, changed_by,"
                                + " changed_at) VALUES ('default', 1, '[]', '[]', 'sara', '2000-01-01')"));
        send(decision("flagged", Decision.NSFW));
        send(decision("flagged", Decision.SAFE));
        try (IntakeLoop intake = intake(decisions(0))) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("account_due", "default") == 2);
            database.asOwner().useTransaction(owner -> {
                owner.execute("UPDATE intake_offset SET lists_until = next_offset, next_offset = 0");
                owner.execute("TRUNCATE casebook");
                owner.execute("DELETE FROM account_strike");
                owner.execute("DELETE FROM account_due");
            });
            awaitCases(1);
            send(decision("later", Decision.NSFW));
            awaitCases(2);
        }
        assertThat(desk.rows("account_strike", "default")).as("of what is new").isEqualTo(1);
        assertThat(desk.rows("account_due", "default")).isEqualTo(1);
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
}

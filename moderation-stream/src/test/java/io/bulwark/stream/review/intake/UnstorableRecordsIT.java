package io.bulwark.stream.review.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import io.bulwark.stream.testing.TopicDump;
import io.bulwark.stream.trace.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Records that no database can hold among good ones, in all eight partitions: each of them is a dead letter with its reason. */
class UnstorableRecordsIT extends ReviewDeskTestCase {

    private static final Instant SINCE = Instant.parse("2026-11-26T10:00:00Z");
    private static final Map<String, Object> BROKER = Map.of("bootstrap.servers", TestBroker.bootstrapServers());

    private final EventSerializer<ModerationDecision> values = new EventSerializer<>(ModerationDecision.class);

    @BeforeEach
    void open() {
        TestBroker.recreateTopics();
        values.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
    }

    @Test
    void aHundredAmongAThousandAreDeadLetters() {
        eachIsADeadLetter(1_000, 100);
    }

    @Test
    @Tag("soak")
    void aThousandAmongTenThousandAreDeadLetters() {
        eachIsADeadLetter(10_000, 1_000);
    }

    private void eachIsADeadLetter(int good, int bad) {
        send(good, bad);
        try (IntakeLoop intake = intake()) {
            intake.start();
            await().atMost(Duration.ofMinutes(10)).until(() -> desk.rows("casebook", "default") == good);
            await().atMost(Duration.ofMinutes(1)).until(() -> letters().size() >= bad);
        }
        List<ConsumerRecord<byte[], byte[]>> letters = letters();
        var places = new HashSet<String>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            DeadLetterHeaders story =
                    DeadLetterHeaders.readFrom(letter.headers()).orElseThrow();
            assertThat(story.reason()).isEqualTo("UNSTORABLE");
            assertThat(story.detail()).containsAnyOf("2700 bytes", "U+0000", "No tenant", "22008");
            places.add(story.partition() + "-" + story.offset());
        }
        assertThat(letters).as("none was written twice").hasSize(bad);
        assertThat(places).hasSize(bad);
        assertThat(desk.rows("casebook", "default")).isEqualTo(good);
    }

    private List<ConsumerRecord<byte[], byte[]>> letters() {
        return TopicDump.all(TestBroker.bootstrapServers(), Topics.DEAD_LETTERS.topicName());
    }

    private void send(int good, int bad) {
        List<ModerationDecision> all = new ArrayList<>();
        for (int i = 0; i < good; i++) {
            all.add(decision("image-" + i).build());
            if (i % (good / bad) == 0) {
                all.add(unstorable(i / (good / bad)));
            }
        }
        try (var producer = new KafkaProducer<>(BROKER, new StringSerializer(), new ByteArraySerializer())) {
            for (ModerationDecision decision : all) {
                String key = new TenantKey(decision.getTenant(), decision.getImageId()).toString();
                producer.send(new ProducerRecord<>(
                        Topics.DECISIONS.topicName(), key, values.serialize(Topics.DECISIONS.topicName(), decision)));
            }
        }
    }

    private static ModerationDecision unstorable(int i) {
        ModerationDecision.Builder decision = decision("bad-" + i);
        return switch (i % 4) {
            case 0 ->
                decision.setImageId("\u6f22".repeat(890) + String.format("%030d", i))
                        .build();
            case 1 -> decision.setUploaderId("up\0loader").build();
            case 2 -> decision.setTenant("*").build();
            default ->
                decision.setSince(Instant.ofEpochMilli(Long.MAX_VALUE / 100)).build();
        };
    }

    private static ModerationDecision.Builder decision(String imageId) {
        return ModerationDecision.newBuilder()
                .setTenant("default")
                .setImageId(imageId)
                .setUploaderId("uploader")
                .setDecision(Decision.SAFE)
                .setLabels(List.of())
                .setScore(0.1)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "a-model"))
                .setSince(SINCE)
                .setContentSha256(ReviewDesk.sha256(imageId));
    }

    private IntakeLoop intake() {
        return new IntakeLoop(
                "review-intake",
                database.database(),
                IntakeRig::consumer,
                TopicNames.UNPREFIXED,
                List.of(new DecisionIntake(
                        new EventDecoder<>(ModerationDecision.class),
                        desk.intake,
                        new PromiseDraws(0),
                        ReviewDesk.NONE_RESTRICTED)),
                new DeadLetters(
                        Topics.DEAD_LETTERS.topicName(),
                        () -> new KafkaProducer<>(BROKER, new ByteArraySerializer(), new ByteArraySerializer()),
                        new SimpleMeterRegistry()),
                Tracing.OFF);
    }
}

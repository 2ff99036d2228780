package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Subject;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.TopicDump;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After an erasure and the broker's compaction the image's id is in no record of any topic, the stores' own among them; and
 * reading the rest from the start brings nothing of it back and undoes no person's decision.
 */
@Tag("proof")
class ErasureIT {

    /** Logs that are cut by their age alone, and the log of erasures itself. */
    private static final Set<String> BY_AGE = Set.of(
            Topics.IMAGES_UPLOADED.topicName(),
            Topics.ATTACK_AUDIT.topicName(),
            Topics.REVIEWS.topicName(),
            Topics.ERASURES.topicName());

    private static final Map<String, String> COMPACT_AT_ONCE = Map.of(
            "min.compaction.lag.ms", "0",
            "max.compaction.lag.ms", "1000",
            "segment.ms", "1000",
            "delete.retention.ms", "0",
            "min.cleanable.dirty.ratio", "0.01");

    private static final String ID = "to-be-forgotten";
    private static final int REVIEWED = 12;

    @TempDir
    static Path state;

    private static Broker broker;
    private static EventProducer producer;
    private static StreamProcess app;

    @BeforeAll
    static void start() {
        broker = TestBroker.fresh();
        broker.createTopics();
        producer = new EventProducer(broker.bootstrapServers());
        app = StreamProcess.start(broker.bootstrapServers(), state, Map.of()).awaitReady();
    }

    @AfterAll
    static void stop() {
        producer.close();
        app.close();
        broker.close();
    }

    @Test
    void anErasedImageIsInNoRecordThatIsNotCutByItsAgeAndAReplayLeavesEveryReviewInForce(@TempDir Path restarted)
            throws Exception {
        Instant now = Instant.now();
        reviewThenUploadAgain(now);
        producer.send(Samples.upload(ID).build());
        producer.send(
                Samples.verdict(ID).setDecision(Decision.NSFW).setDecidedAt(now).build());
        producer.send(Samples.audit(ID).setDetectedAt(now).build());
        producer.send(embedding(now));
        producer.send(Samples.review(ID, Decision.NSFW).setAt(now).build());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(decisions().get("default/" + ID))
                        .isNotNull()
                        .extracting(decision -> decision.getDecidedBy().getId())
                        .isEqualTo("ana"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(topicsWithTheId())
                        .contains(
                                "moderation.decisions",
                                "moderation.embeddings",
                                changelog("decisions"),
                                changelog("seen-images"),
                                changelog("flagged-contents")));

        producer.send(new Erasure("default", Subject.IMAGE, ID, "keeper", "asked for", now));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(decisions()).doesNotContainKey("default/" + ID));

        compactEverything();
        Set<String> left = topicsWithTheId();
        await().atMost(Duration.ofSeconds(240))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    appendToEveryPartition(); // a segment is closed by the next record
                    left.removeIf(topic -> !holdsTheId(topic));
                    assertThat(left).isSubsetOf(BY_AGE);
                });
        assertThat(topicsWithTheId()).isSubsetOf(BY_AGE);
        assertThat(app.get(StreamProcess.path("verdicts", ID)).statusCode()).isEqualTo(404);
        assertThat(app.get(StreamProcess.path("audits", ID)).body()).doesNotContain(ID);
        assertReviewsHold(app);
        app.close();
        try (StreamProcess other = StreamProcess.start(
                        broker.bootstrapServers(), restarted, Map.of("bulwark.stream.application-id", "reads-it-again"))
                .awaitReady()) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertReviewsHold(other));
            assertThat(other.get(StreamProcess.path("verdicts", ID)).statusCode())
                    .isEqualTo(404);
            assertThat(decisions()).doesNotContainKey("default/" + ID);
        }
    }

    /** Of each image compaction leaves the second verdict alone: SAFE, on the content that a person called NSFW. */
    private static void reviewThenUploadAgain(Instant now) {
        for (int i = 0; i < REVIEWED; i++) {
            String image = "reviewed-" + i;
            producer.send(Samples.verdict(image)
                    .setDecision(Decision.SAFE)
                    .setDecidedAt(now)
                    .build());
            producer.send(Samples.review(image, Decision.NSFW).setAt(now).build());
            producer.send(Samples.verdict(image)
                    .setDecision(Decision.SAFE)
                    .setUpload(new RecordCoordinates("images.uploaded", 0, 100L))
                    .setDecidedAt(now.plusMillis(1))
                    .build());
        }
    }

    private static void assertReviewsHold(StreamProcess by) throws Exception {
        for (int i = 0; i < REVIEWED; i++) {
            assertThat(by.get(StreamProcess.path("v1/decisions", "reviewed-" + i))
                            .body())
                    .contains("\"decision\":\"NSFW\"", "\"id\":\"ana\"");
            assertThat(decisions().get("default/reviewed-" + i).getDecision()).isEqualTo(Decision.NSFW);
        }
    }

    private static ImageEmbedding embedding(Instant now) {
        return ImageEmbedding.newBuilder()
                .setImageId(ID)
                .setTenant("default")
                .setUploaderId("u1")
                .setContentSha256("sha-of-" + ID)
                .setModelFingerprint("m0d31")
                .setPreprocessFingerprint("pr3")
                .setDecision(Decision.NSFW)
                .setScore(0.9)
                .setViews(List.of(new ViewEmbedding("whole", ByteBuffer.wrap(new byte[] {0, 0x3c}))))
                .setDecidedAt(now)
                .build();
    }

    private static void appendToEveryPartition() {
        for (int i = 0; i < 64; i++) {
            String other = "other-" + i;
            producer.send(Samples.verdict(other)
                    .setDecision(Decision.NSFW)
                    .setUploaderId("uploader-" + i)
                    .setDecidedAt(Instant.now())
                    .build());
            producer.send(Samples.audit(other)
                    .setUploaderId("uploader-" + i)
                    .setDetectedAt(Instant.now())
                    .build());
            producer.send(Samples.upload(other).build());
            producer.send(ImageEmbedding.newBuilder(embedding(Instant.now()))
                    .setImageId(other)
                    .setContentSha256("sha-of-" + other)
                    .build());
        }
    }

    private static Map<String, ModerationDecision> decisions() {
        return TopicDump.latest(broker.bootstrapServers(), Topics.DECISIONS.topicName(), ModerationDecision.class);
    }

    private static String changelog(String store) {
        return "bulwark-moderation-stream-2-" + store + "-changelog";
    }

    private static void compactEverything() throws Exception {
        try (Admin admin = broker.admin()) {
            var changes = new HashMap<ConfigResource, java.util.Collection<AlterConfigOp>>();
            for (String topic : topics(admin)) {
                changes.put(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        COMPACT_AT_ONCE.entrySet().stream()
                                .map(entry -> new AlterConfigOp(
                                        new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                                .toList());
            }
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    private static Set<String> topicsWithTheId() throws Exception {
        try (Admin admin = broker.admin()) {
            return topics(admin).stream().filter(ErasureIT::holdsTheId).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean holdsTheId(String topic) {
        return TopicDump.all(broker.bootstrapServers(), topic).stream()
                .filter(record -> record.value() != null) // a tombstone goes with the next compaction
                .anyMatch(record -> holdsId(record.key()) || holdsId(record.value()));
    }

    private static Set<String> topics(Admin admin) throws Exception {
        return admin.listTopics().names().get().stream()
                .filter(name -> !name.startsWith("__"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean holdsId(byte[] bytes) {
        return bytes != null && new String(bytes, StandardCharsets.ISO_8859_1).contains(ID);
    }
}

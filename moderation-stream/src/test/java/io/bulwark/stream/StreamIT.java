package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.Decision;
import io.bulwark.events.Neighbour;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.testing.TomorrowsEvents;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.FeedClient;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import io.bulwark.stream.testing.WebhookPeer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One instance of the packaged application on a real broker, from a broker without topics to a restart. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StreamIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    static Path state;

    private static Broker broker;
    private static WebhookPeer shop;
    private static Map<String, String> settings;
    private static StreamProcess app;
    private static EventProducer producer;

    @BeforeAll
    static void start() throws IOException {
        broker = TestBroker.fresh();
        shop = new WebhookPeer(WEBHOOK_SECRET);
        Path secret = Files.writeString(state.resolve("webhook-secret"), WEBHOOK_SECRET);
        settings = Map.of(
                "bulwark.stream.feed.history", "5",
                "bulwark.stream.feed.max-clients", "2",
                "bulwark.stream.feed.heartbeat", "200ms",
                "bulwark.outbound.webhooks.shop.url", shop.url().toString(),
                "bulwark.outbound.webhooks.shop.allow-http", "true",
                "bulwark.outbound.webhooks.shop.from", "earliest",
                "bulwark.outbound.webhooks.shop.secret-files", secret.toString(),
                "bulwark.outbound.osprey.topic", "osprey.actions_input",
                "bulwark.outbound.osprey.from", "earliest");
        app = StreamProcess.start(broker.bootstrapServers(), state, settings);
        producer = new EventProducer(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        producer.close();
        app.close();
        broker.close();
        shop.close();
    }

    @Test
    @Order(1)
    void withoutItsTopicsItIsAliveAndNotReadyAndNamesThem() {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(app.answers("/q/health/live", 200)).isTrue();
            HttpResponse<String> ready = app.get("/q/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("Topics moderation.verdicts, moderation.attack-audit");
        });
        HttpResponse<String> answer = app.get("/api/verdicts/any");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("urn:bulwark:problem:not-ready", "moderation.verdicts");
    }

    @Test
    @Order(2)
    void oneMissingTopicIsNamedAlone() throws Exception {
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(new NewTopic("osprey.actions_input", 1, (short) 1)))
                    .all()
                    .get();
            admin.createTopics(TopicNames.UNPREFIXED.newTopics((short) 1).stream()
                            .filter(topic -> !topic.name().equals("moderation.uploader-stats"))
                            .toList())
                    .all()
                    .get();
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        app.get("/q/health/ready").body().contains("Topic moderation.uploader-stats does not exist"));
    }

    @Test
    @Order(3)
    void itBecomesReadyAsSoonAsTheTopicsAreThere() {
        broker.createTopics();
        app.awaitReady();
    }

    @Test
    @Order(4)
    void itAnswersTheVerdictInForceWithItsEvidence() throws Exception {
        Instant now = Instant.now();
        RecordMetadata at = producer.send(Samples.verdict("image-1")
                .setDecision(Decision.REVIEW)
                .setDecidedAt(now.minusSeconds(60))
                .build());
        producer.send(Samples.review("image-1", Decision.NSFW)
                .setAt(now.truncatedTo(ChronoUnit.SECONDS))
                .build());

        JsonNode verdict = awaitJson("/api/verdicts/image-1", "NSFW");
        assertThat(verdict.at("/decidedBy/kind").asText()).isEqualTo("REVIEWER");
        assertThat(verdict.at("/views/0/neighbours/0/referenceId").asText()).isEqualTo("ref-apple");
        assertThat(verdict.at("/views/0/neighbours/0/similarity").asDouble()).isEqualTo(0.91);
        assertThat(verdict.at("/views/0/classProbabilities/Neutral").asDouble()).isEqualTo(0.93);
        assertThat(verdict.at("/timingsMicros/embed").asLong()).isEqualTo(7300);
        assertThat(verdict.at("/decidedAt").asText())
                .isEqualTo(now.truncatedTo(ChronoUnit.SECONDS).toString());
        assertThat(verdict.at("/record/offset").asLong()).isEqualTo(at.offset());
    }

    /** The worker's decision and the person's, each once and in this order; the topics came after the application. */
    @Test
    @Order(5)
    void aReceiverOfWebhooksGetsTheDecisionsInForceAndChecksTheSignature() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(told("image-1")).containsExactly("REVIEW", "NSFW"));
        assertThat(shop.refused).hasValue(0);
        assertThat(shop.taken)
                .allSatisfy(
                        event -> assertThat(event.path("id").asText()).matches("moderation\\.decisions-[0-7]-[0-9]+"));
    }

    private static List<String> toldOsprey(String imageId) throws IOException {
        var properties = Map.<String, Object>of(
                "bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
        List<String> told = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition("osprey.actions_input", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    JsonNode action = JSON.readTree(record.value()).path("data");
                    if (action.at("/data/imageId").asText().equals(imageId)) {
                        told.add(action.at("/data/decision").asText());
                    }
                }
            }
        }
        return told;
    }

    private static List<String> told(String imageId) {
        return shop.taken.stream()
                .filter(event -> event.at("/data/imageId").asText().equals(imageId))
                .map(event -> event.at("/data/decision").asText())
                .toList();
    }

    @Test
    @Order(5)
    void itAnswersAndPublishesTheUploadersWindows() throws Exception {
        Instant now = Instant.now();
        producer.send(Samples.verdict("image-2")
                .setUploaderId("u2")
                .setDecision(Decision.NSFW)
                .setDecidedAt(now)
                .build());
        producer.send(
                Samples.audit("image-2").setUploaderId("u2").setDetectedAt(now).build());

        JsonNode uploader = awaitJson("/api/uploaders/u2", "\"audits\":1");
        assertThat(uploader.at("/windows/0/nsfw").asLong()).isEqualTo(1);
        assertThat(uploader.at("/windows/0/images").asLong()).isEqualTo(1);
        UploaderStats published = read(Topics.UPLOADER_STATS, 1).stream()
                .map(record -> new EventDeserializer<>(UploaderStats.class).deserialize(record.topic(), record.value()))
                .filter(stats -> stats.getUploaderId().equals("u2"))
                .reduce((first, last) -> last)
                .orElseThrow();
        assertThat(published.getNsfw()).isEqualTo(1);
    }

    @Test
    @Order(5)
    void itAnswersTheAuditsOfAnImageAndOfAnUploaderNewestFirst() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        for (int i = 0; i < 3; i++) {
            producer.send(Samples.audit("audited-" + i / 2)
                    .setUploaderId("u5")
                    .setRobustScore(0.96)
                    .setCleanScore(0.04)
                    .setCleanDecision(Decision.SAFE)
                    .setRobustNeighbours(List.of(new Neighbour("ref-rifle", "weapons", 0.9f, null)))
                    .setCleanNeighbours(List.of(new Neighbour("ref-apple", "safe", 0.8f, null)))
                    .setDetectedAt(now.plusMillis(i))
                    .build());
        }

        JsonNode ofImage = awaitJson("/api/audits/audited-0", now.plusMillis(1).toString());
        assertThat(ofImage).hasSize(2);
        assertThat(ofImage.at("/0/detectedAt").asText())
                .isEqualTo(now.plusMillis(1).toString());
        assertThat(ofImage.at("/0/kind").asText()).isEqualTo("TWIN_DISAGREEMENT");
        assertThat(ofImage.at("/0/robustNeighbours/0/label").asText()).isEqualTo("weapons");
        assertThat(ofImage.at("/0/cleanNeighbours/0/referenceId").asText()).isEqualTo("ref-apple");
        assertThat(ofImage.at("/0/cleanDecision").asText()).isEqualTo("SAFE");

        JsonNode ofUploader = awaitJson("/api/uploaders/u5/audits", "audited-1");
        assertThat(ofUploader.findValuesAsText("imageId")).containsExactly("audited-1", "audited-0", "audited-0");
        assertThat(app.get("/api/audits/no-such-image").body()).isEqualTo("[]");
        assertThat(app.get("/api/uploaders/no-such-uploader/audits").body()).isEqualTo("[]");
    }

    @Test
    @Order(6)
    void whatItCannotReadBecomesADeadLetterAndTheStreamGoesOn() throws Exception {
        byte[] noise = {1, 2, 3};
        RecordMetadata at = producer.send(Topics.VERDICTS.topicName(), "image-3", noise);
        producer.send(Samples.verdict("image-3").build());

        awaitJson("/api/verdicts/image-3", "SAFE");
        ConsumerRecord<byte[], byte[]> letter = read(Topics.DEAD_LETTERS, 1).get(0);
        assertThat(letter.value()).isEqualTo(noise);
        DeadLetterHeaders story = DeadLetterHeaders.readFrom(letter.headers()).orElseThrow();
        assertThat(story.topic()).isEqualTo("moderation.verdicts");
        assertThat(story.partition()).isEqualTo(at.partition());
        assertThat(story.offset()).isEqualTo(at.offset());
    }

    @Test
    @Order(7)
    void aVerdictWhoseSchemaComesAfterItIsKeptAndIsNoDeadLetter() throws Exception {
        producer.send(
                Topics.VERDICTS.topicName(),
                "of-tomorrow",
                TomorrowsEvents.bytes(Samples.verdict("of-tomorrow").build()));
        Schema schema = TomorrowsEvents.schema(Verdict.class);
        producer.send(Topics.SCHEMAS.topicName(), TomorrowsEvents.key(schema), TomorrowsEvents.value(schema));

        awaitJson("/api/verdicts/of-tomorrow", "SAFE");
        assertThat(read(Topics.DEAD_LETTERS, 1))
                .extracting(ConsumerRecord::key)
                .doesNotContain("of-tomorrow".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @Order(7)
    void theRecentVerdictsAreTheNewestOfAllPartitions() throws Exception {
        for (int i = 0; i < 6; i++) {
            producer.send(Samples.verdict("recent-" + i).build());
            String id = "recent-" + i;
            await().until(() -> app.get("/api/verdicts?limit=1").body().contains(id));
        }
        JsonNode recent = JSON.readTree(app.get("/api/verdicts?limit=3").body());
        assertThat(recent.findValuesAsText("imageId")).containsExactly("recent-5", "recent-4", "recent-3");
        assertThat(JSON.readTree(app.get("/api/verdicts?limit=100").body()))
                .as("no more than the history")
                .hasSize(5);
        assertThat(JSON.readTree(app.get("/api/verdicts?decision=nsfw").body())).isEmpty();
        for (String limit : List.of("0", "1001", "many", "-1")) {
            HttpResponse<String> answer = app.get("/api/verdicts?limit=" + limit);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("urn:bulwark:problem:bad-parameter");
        }
    }

    @Test
    @Order(8)
    void theFeedBeatsTellsOfGapsAndTurnsAwayMoreClientsThanAllowed() {
        try (FeedClient one = FeedClient.open(app, "0");
                FeedClient two = FeedClient.open(app, "not a cursor")) {
            one.awaitEvent(":");
            one.awaitVerdicts(5);
            two.awaitVerdicts(5);
            assertThat(one.names()).startsWith("opened", "gap");
            assertThat(two.names()).startsWith("opened").doesNotContain("gap");
            assertThat(one.names()).contains("audit", "verdict");
            try (FeedClient three = FeedClient.open(app, null)) {
                assertThat(three.status()).isEqualTo(503);
            }
        }
    }

    @Test
    @Order(9)
    void itsMetricsTellWhatTheStreamDid() {
        String metrics = app.get("/q/metrics").body();
        assertThat(metrics)
                .contains("bulwark_stream_running 1.0")
                .contains("bulwark_stream_verdicts_total{decision=\"NSFW\"}")
                .contains("bulwark_stream_dead_letters_total{reason=\"UNKNOWN_FRAMING\",topic=\"moderation.verdicts\"}")
                .contains("bulwark_stream_feed_clients")
                .contains("bulwark_stream_outbound_delivered_total{neighbour=\"webhooks.shop\"}")
                .contains("bulwark_stream_outbound_lag{neighbour=\"webhooks.shop\"} 0.0")
                .contains("kafka_stream_")
                .contains("http_server_requests_seconds");
    }

    @Test
    @Order(10)
    void afterARestartTheStateIsThere() throws Exception {
        app.close();
        assertThat(app.process().exitValue()).as("ends as asked, by SIGTERM").isIn(0, 143);
        app = StreamProcess.start(broker.bootstrapServers(), state, settings);
        app.awaitReady();

        assertThat(app.get("/api/verdicts/image-1").body()).contains("NSFW");
        awaitJson("/api/verdicts?limit=10", "recent-5");
        assertThat(told("image-1")).as("nothing comes again that was committed").hasSize(2);
        assertThat(toldOsprey("image-1")).containsExactly("REVIEW", "NSFW");
    }

    @Test
    @Order(11)
    void itRefusesAValueThatIsNotAllowedAndASettingThatThereIsNot() throws Exception {
        assertThat(logOfRefusal("bulwark.stream.threads", "0"))
                .contains("bulwark.stream.threads is 0, allowed is 1 to 64.");
        assertThat(logOfRefusal("bulwark.stream.feed.histroy", "9")).contains("bulwark.stream.feed.histroy");
    }

    private static String logOfRefusal(String name, String value) throws InterruptedException {
        try (StreamProcess wrong = StreamProcess.start(broker.bootstrapServers(), state, Map.of(name, value))) {
            assertThat(wrong.process().waitFor()).isNotZero();
            return wrong.log();
        }
    }

    private static JsonNode awaitJson(String path, String containing) throws Exception {
        await(path).atMost(Duration.ofSeconds(20)).until(() -> {
            HttpResponse<String> answer = app.get(path);
            return answer.statusCode() == 200 && answer.body().contains(containing);
        });
        return JSON.readTree(app.get(path).body());
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(Topics topic, int atLeast) {
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "group.id",
                        Samples.unique("test"),
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic.topicName()));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(300)).forEach(found::add);
                return found.size() >= atLeast;
            });
            consumer.poll(Duration.ofMillis(500)).forEach(found::add);
        }
        return found;
    }
}

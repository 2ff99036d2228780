package io.bulwark.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.service.testing.PreviewFiles;
import io.bulwark.service.testing.SampleUploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.response.Response;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The packaged program as a preview: its own process, a real broker, over HTTP. */
@QuarkusIntegrationTest
@QuarkusTestResource(value = PreviewPodIT.Broker.class, restrictToAnnotatedClass = true)
class PreviewPodIT {

    private static final String SECRET = "thirty-two characters and a few more";
    private static final PreviewTokens TOKENS = new PreviewTokens(SECRET, Clock.systemUTC());

    @Test
    void aPreviewIsReadyWithoutAGroupOrABankAndShowsWhatItIsAskedForBySignedQuestions() throws Exception {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> given().get("/q/health/ready").statusCode() == 200);
        byte[] file = PreviewFiles.animation(40, 30, 3);
        String sha256 = PreviewFiles.sha256(file);
        RecordMetadata before = send(SampleUploads.inline("before", file));
        RecordMetadata at = send(SampleUploads.inline("shown", file));

        Response shown = ask(new PreviewQuestion(at.topic(), at.partition(), at.offset(), sha256, false));
        assertThat(shown.statusCode()).as(shown.asString()).isEqualTo(200);
        assertThat(shown.contentType()).isEqualTo("image/jpeg");
        assertThat(shown.header("Bulwark-Frames")).isEqualTo("3");
        assertThat(shown.header("Cache-Control")).isEqualTo("no-store");
        assertThat(shown.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(width(shown)).isEqualTo(40);
        Response strip = ask(new PreviewQuestion(at.topic(), at.partition(), at.offset(), sha256, true));
        assertThat(width(strip)).isEqualTo(120);

        assertProblem(
                ask(new PreviewQuestion(at.topic(), at.partition(), at.offset(), "0".repeat(64), false)),
                409,
                "picture-changed");
        assertProblem(
                ask(new PreviewQuestion(at.topic(), at.partition(), at.offset() + 1, sha256, false)),
                404,
                "picture-gone");
        assertProblem(ask(new PreviewQuestion(at.topic(), 4_000, 0, sha256, false)), 404, "picture-gone");
        forgetUpTo(before);
        assertProblem(
                ask(new PreviewQuestion(before.topic(), before.partition(), before.offset(), sha256, false)),
                404,
                "picture-gone");
        String uri = new PreviewQuestion(at.topic(), at.partition(), at.offset(), sha256, false).uri();
        assertProblem(given().urlEncodingEnabled(false).get(uri), 401, "no-token");
        assertProblem(
                given().urlEncodingEnabled(false)
                        .header(PreviewTokens.HEADER, TOKENS.sign(uri))
                        .get(uri + "&frames=strip"),
                401,
                "no-token");

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            assertThat(admin.listConsumerGroups().all().get()).isEmpty();
        }
        assertThat(given().get("/q/metrics").asString())
                .contains("bulwark_preview_seconds_count{outcome=\"shown\"} 2")
                .contains("bulwark_preview_seconds_count{outcome=\"no-token\"} 2")
                .containsPattern(
                        "bulwark_decoder_isolated " + (IsolationSupport.look().isComplete() ? "1" : "0"))
                .doesNotContain("bulwark_bank_size");
    }

    private static Response ask(PreviewQuestion question) {
        return given().urlEncodingEnabled(false)
                .header(PreviewTokens.HEADER, TOKENS.sign(question.uri()))
                .get(question.uri());
    }

    private static int width(Response answer) throws IOException {
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(answer.asByteArray()));
        return picture.getWidth();
    }

    private static void assertProblem(Response answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.asString()).contains("urn:bulwark:problem:" + type);
    }

    private static RecordMetadata send(ImageUploaded upload) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", TestBroker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                EventSerializer<ImageUploaded> serializer = new EventSerializer<>(ImageUploaded.class)) {
            byte[] value = serializer.serialize("images.uploaded", upload);
            return producer.send(new ProducerRecord<>("images.uploaded", 1, null, value))
                    .get();
        }
    }

    private static void forgetUpTo(RecordMetadata record) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            admin.deleteRecords(Map.of(
                            new TopicPartition(record.topic(), record.partition()),
                            RecordsToDelete.beforeOffset(record.offset() + 1)))
                    .all()
                    .get();
        }
    }

    /** Tells the process where the test's broker is, and what it is there for. */
    public static final class Broker implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            TestBroker.recreateTopics();
            return Map.of(
                    "bulwark.kafka.bootstrap-servers",
                    TestBroker.bootstrapServers(),
                    "bulwark.preview.enabled",
                    "true",
                    "bulwark.preview.secret",
                    SECRET,
                    "bulwark.preview.at-once",
                    "1");
        }

        @Override
        public void stop() {
            // The broker lives as long as the JVM.
        }
    }
}

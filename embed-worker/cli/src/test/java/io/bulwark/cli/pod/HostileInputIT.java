package io.bulwark.cli.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.imaging.heif.InstalledHeif;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One worker with a heap of 512 MB gets all forbidden inputs at once and goes on. */
class HostileInputIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Map<String, String> SETTINGS = Map.of(
            "bulwark.fetch.allow", HostileServer.ALLOWED_HOST,
            "bulwark.fetch.deadline", "15s",
            "bulwark.fetch.max-bytes", "12M",
            "bulwark.fetch.schemes", "https,http,s3",
            "bulwark.fetch.s3.buckets", "pictures",
            "bulwark.fetch.s3.path-style", "true",
            "bulwark.fetch.s3.credentials", "none",
            "bulwark.schemas.wait", "1s");

    @TempDir
    static Path folder;

    private static final Map<String, Verdict> verdicts = new HashMap<>();
    private static final Map<String, DeadLetterHeaders> deadLetters = new HashMap<>();

    private static TestNode node;
    private static HostileServer server;
    private static ServiceProcess worker;

    @BeforeAll
    static void sendEverything() throws IOException {
        node = TestNode.start(folder);
        server = HostileServer.start();
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("bulwark.fetch.s3.endpoint", server.allowed(""));
        settings.put("bulwark.fetch.ports", "80,443," + server.port());
        worker = node.readyWorker("worker", settings);
        try (EventReader<Verdict> answers = EventReader.verdictsFromNow(node.broker());
                DeadLetters dead = new DeadLetters(node.broker())) {
            send();
            await().atMost(LIMIT).until(() -> {
                answers.poll(Duration.ofMillis(100)).forEach(verdict -> verdicts.put(verdict.getImageId(), verdict));
                dead.poll(Duration.ofMillis(100)).forEach(letter -> deadLetters.put(letter.imageId(), letter.story()));
                return verdicts.size() + deadLetters.size() >= HostileInput.values().length || !worker.isAlive();
            });
        }
    }

    @AfterAll
    static void stop() {
        worker.close();
        server.close();
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void every_input_gets_its_documented_answer(HostileInput input) {
        if (input == HostileInput.HEIC) {
            InstalledHeif.command();
        }
        Verdict verdict = verdicts.get(input.imageId());
        DeadLetterHeaders deadLetter = deadLetters.get(input.imageId());

        if (input.answer() instanceof Answer.DeadLetter expected) {
            assertThat(verdict).as("verdict").isNull();
            assertThat(deadLetter.reason()).isEqualTo(expected.reason().name());
            assertThat(deadLetter.topic()).isEqualTo(Topics.IMAGES_UPLOADED.topicName());
        } else if (input.answer() instanceof Answer.Refused expected) {
            assertThat(verdict.getDecision()).isEqualTo(Decision.REFUSED);
            assertThat(verdict.getReason()).as(verdict.getReasonDetail()).isEqualTo(expected.reason());
            assertThat(verdict.getReasonDetail()).isNotBlank();
            assertThat(verdict.getScore()).as("fails closed").isEqualTo(1);
        } else if (input.answer() instanceof Answer.Plain) {
            assertThat(verdict.getDecision()).isEqualTo(Decision.SAFE);
            assertThat(verdict.getViews()).extracting(ViewEvidence::getView).containsExactly("plain-whole");
        } else if (input.answer() instanceof Answer.Decided expected) {
            assertThat(verdict.getDecision())
                    .as(verdict.getReasonDetail())
                    .isIn(Decision.SAFE, Decision.NSFW, Decision.REVIEW);
            assertThat(verdict.getViews().size()).as("views").isEqualTo(expected.views());
        }
    }

    @Test
    void the_worker_goes_on_afterwards() {
        try (Ledger ledger = new Ledger("ordinary", node.broker())) {
            ledger.send(20);
            ledger.assertExactlyOneVerdictEach(LIMIT);
        }

        assertThat(worker.isAlive()).isTrue();
        assertThat(worker.waitsFor()).isEmpty();
    }

    private static void send() {
        Map<String, Object> settings = node.broker()
                .clientSettings(Map.of(
                        "max.request.size", Topics.IMAGES_UPLOADED.maxRecordBytes(), "buffer.memory", 64L << 20));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            for (HostileInput input : HostileInput.values()) {
                producer.send(
                        new ProducerRecord<>(Topics.IMAGES_UPLOADED.topicName(), input.imageId(), input.value(server)));
            }
        }
    }
}

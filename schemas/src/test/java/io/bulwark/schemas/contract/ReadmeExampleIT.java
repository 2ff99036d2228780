package io.bulwark.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's Java example runs against a broker: it uploads a picture and obeys decisions that were there before it.
 */
class ReadmeExampleIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void itUploadsAndPrintsWhatHoldsForItsImage() throws Exception {
        TestBroker.recreateTopics();
        Path picture = Files.write(folder.resolve("picture.jpg"), new byte[] {1, 2, 3});
        ReadmeExample example = ReadmeExample.read();
        decide("forgotten", null);
        decide("image-7", Decision.NSFW);
        Callable<Void> run = example.with("localhost:9092", TestBroker.bootstrapServers())
                .with("picture.jpg", picture.toString())
                .compiled(folder);

        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            Future<Void> running = thread.submit(run);
            await().atMost(LIMIT)
                    .until(() -> running.isDone()
                            || printed.toString(StandardCharsets.UTF_8)
                                    .lines()
                                    .toList()
                                    .contains("default/image-7 NSFW"));
            thread.shutdownNow(); // interrupts the loop, which has no other end
            assertThatThrownBy(() -> running.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptException.class);
        } finally {
            System.setOut(before);
            thread.shutdownNow();
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .contains("default/forgotten forgotten", "default/image-7 NSFW");
        assertThat(ClientsIT.read(TestBroker.bootstrapServers(), TopicNames.UNPREFIXED, "image-7")
                        .getUploaderId())
                .isEqualTo("account-12");
    }

    private static void decide(String image, Decision decision) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", TestBroker.bootstrapServers()),
                new StringSerializer(),
                new EventSerializer<>(ModerationDecision.class))) {
            producer.send(new ProducerRecord<>(
                    Topics.DECISIONS.topicName(),
                    "default/" + image,
                    decision == null
                            ? null
                            : ModerationDecision.newBuilder()
                                    .setTenant("default")
                                    .setImageId(image)
                                    .setUploaderId("account-12")
                                    .setDecision(decision)
                                    .setScore(0.9)
                                    .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"))
                                    .setSince(Instant.now())
                                    .build()));
        }
    }
}

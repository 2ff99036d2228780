package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StreamProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application at a broker with TLS, users and ACLs, with the rights of its role and no others. */
class SecuredStreamIT {

    @TempDir
    static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
    }

    @Test
    void anInstanceWhomTheBrokerRefusesSaysSoUntilItsUserIsMadeAndThenDoesAllOfItsWork() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "the-password\n");
        var security = GivenSecurity.scram(broker.authority(), "stream", "")
                .without("password")
                .with("password-file", password);
        try (StreamProcess app =
                StreamProcess.start(broker.servers(Door.SCRAM), folder.resolve("state"), security.settings())) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> app.answers("/q/health/ready", 503)
                            && app.get("/q/health/ready").body().contains("does not let the user in"));
            assertThat(app.get("/q/health/ready").body()).contains("bulwark.kafka.security.username");

            broker.addUser("stream", "the-password", Role.STREAM);
            app.awaitReady();
            try (var producer = new EventProducer(broker.bootstrapServers())) {
                producer.send(
                        Samples.verdict("image-1").setDecidedAt(Instant.now()).build());
                producer.send(Topics.VERDICTS.topicName(), "bad", new byte[] {1});
            }

            await().atMost(Duration.ofSeconds(30)).until(() -> app.answers("/api/verdicts/image-1", 200));
            awaitRecordsOn(Topics.UPLOADER_STATS, Topics.DEAD_LETTERS);
            assertThat(app.log()).doesNotContain("the-password");
        }
    }

    private static void awaitRecordsOn(Topics... topics) {
        Set<String> seen = new HashSet<>();
        List<String> names = Arrays.stream(topics).map(Topics::topicName).toList();
        try (var reader = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "secured-stream-it",
                        "auto.offset.reset", "earliest",
                        "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            reader.subscribe(names);
            await("records on " + names).atMost(Duration.ofSeconds(30)).until(() -> {
                reader.poll(Duration.ofMillis(100)).forEach(record -> seen.add(record.topic()));
                return seen.containsAll(names);
            });
        }
    }
}

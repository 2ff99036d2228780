package io.bulwark.stream.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.TestDatabase;
import io.bulwark.stream.testing.TopicDump;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anchors of a real PostgreSQL's audit logs on a real broker. */
class AnchorsIT {

    @TempDir
    private Path folder;

    @AutoClose
    private TestDatabase database;

    @BeforeEach
    void open() {
        TestBroker.recreateTopics();
        database = TestDatabase.open();
    }

    @Test
    void eachNewEndIsOnTheTopicOnceAndInTheFileEachTime() throws Exception {
        Path file = folder.resolve("anchors");
        Anchors anchors = anchors(TestBroker.bootstrapServers(), Optional.of(file));
        append("a/b");
        append("default");
        anchors.tick();
        anchors.tick();
        append("default");
        anchors.tick();
        assertThat(onTheTopic()).containsExactly("a%2Fb/1 a/b 1", "default/1 default 1", "default/2 default 2");
        assertThat(Files.readAllLines(file)).hasSize(6);
    }

    /** The log goes on; the anchors are late. */
    @Test
    void whatTheBrokerDidNotTakeIsWrittenTheNextTime() {
        append("default");
        Anchors away = anchors("127.0.0.1:1", Optional.empty());
        away.tick();
        Anchors anchors = anchors(TestBroker.bootstrapServers(), Optional.empty());
        anchors.tick();
        assertThat(onTheTopic()).containsExactly("default/1 default 1");
    }

    private List<String> onTheTopic() {
        var json = new ObjectMapper();
        return TopicDump.all(TestBroker.bootstrapServers(), Topics.AUDIT_ANCHORS.topicName()).stream()
                .map(record -> {
                    try {
                        var end = json.readTree(record.value());
                        assertThat(end.get("hash").asText()).matches("[0-9a-f]{64}");
                        return new String(record.key(), StandardCharsets.UTF_8)
                                + " " + end.get("tenant").asText() + " "
                                + end.get("position").asLong();
                    } catch (java.io.IOException noJson) {
                        throw new AssertionError(noJson);
                    }
                })
                .toList();
    }

    private void append(String tenant) {
        database.database()
                .inTenant(tenant, handle -> AuditLog.append(handle, tenant, "anna", "test.done", "item/1", Map.of()));
    }

    private Anchors anchors(String bootstrapServers, Optional<Path> file) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "max.block.ms", 1000, "reconnect.backoff.ms", 200);
        return new Anchors(
                database.database(),
                Topics.AUDIT_ANCHORS.topicName(),
                Optional.of(() -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())),
                file);
    }
}

package io.bulwark.stream.auditlog;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the anchors' writer and ties its life to the application's. */
@Singleton
class AnchorBeans {

    private static final int BLOCK_MILLIS = 10_000;

    @Produces
    @Singleton
    Anchors anchors(Database database, AuditLog log, ObjectMapper json, StreamConfig config) {
        ReviewConfig.AuditLog settings = config.review().auditLog();
        return new Anchors(
                database,
                log,
                json,
                StreamSettings.topics(config).of(Topics.AUDIT_ANCHORS),
                settings.anchorTopic() ? Optional.of(producers(config)) : Optional.empty(),
                settings.anchors().map(Path::of));
    }

    void start(@Observes StartupEvent event, Anchors anchors, StreamConfig config) {
        anchors.start(config.review().auditLog().anchorEvery());
    }

    void stop(@Observes ShutdownEvent event, Anchors anchors) {
        anchors.close();
    }

    private static Supplier<Producer<byte[], byte[]>> producers(StreamConfig config) {
        Map<String, Object> properties = StreamSettings.kafkaClient(config);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK_MILLIS);
        return () -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}

package io.bulwark.stream.testing;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Produces what a worker would that writes the newest release of the schemas. */
public final class EventProducer implements AutoCloseable {

    private final KafkaProducer<String, byte[]> producer;
    private final EventSerializer<Verdict> verdicts = new EventSerializer<>(Verdict.class);
    private final EventSerializer<AttackAudit> audits = new EventSerializer<>(AttackAudit.class);

    public EventProducer(String bootstrapServers) {
        Map<String, String> newest = Map.of(SerdeSettings.WRITE, Integer.toString(BundledSchemas.RELEASES));
        verdicts.configure(newest, false);
        audits.configure(newest, false);
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, 0),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    public RecordMetadata send(Verdict verdict) {
        String topic = Topics.VERDICTS.topicName();
        return send(topic, verdict.getImageId(), verdicts.serialize(topic, verdict));
    }

    public RecordMetadata send(AttackAudit audit) {
        String topic = Topics.ATTACK_AUDIT.topicName();
        return send(topic, audit.getImageId(), audits.serialize(topic, audit));
    }

    /** Sends any bytes and waits until the broker has them. */
    public RecordMetadata send(String topic, String key, byte[] value) {
        try {
            return producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("The test's record was not taken by " + topic, failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

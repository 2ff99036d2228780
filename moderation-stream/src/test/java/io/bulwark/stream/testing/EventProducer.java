package io.bulwark.stream.testing;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.trace.TraceHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Produces what a worker would that writes the newest release of the schemas. */
public final class EventProducer implements AutoCloseable {

    private final KafkaProducer<String, byte[]> producer;
    private final TopicNames names;
    private static final Map<String, String> NEWEST =
            Map.of(SerdeSettings.WRITE, Integer.toString(BundledSchemas.RELEASES));

    public EventProducer(String bootstrapServers) {
        this(bootstrapServers, TopicNames.UNPREFIXED);
    }

    /** Into topics of that prefix. */
    public EventProducer(String bootstrapServers, TopicNames names) {
        this.names = names;
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, 0),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    public RecordMetadata send(Verdict verdict) {
        return send(Topics.VERDICTS, verdict.getImageId(), Verdict.class, verdict);
    }

    public RecordMetadata send(AttackAudit audit) {
        return send(Topics.ATTACK_AUDIT, audit.getImageId(), AttackAudit.class, audit);
    }

    public RecordMetadata send(Review review) {
        return send(Topics.REVIEWS, review.getImageId(), Review.class, review);
    }

    public RecordMetadata send(ImageUploaded upload) {
        return send(Topics.IMAGES_UPLOADED, upload.getImageId(), ImageUploaded.class, upload);
    }

    public RecordMetadata send(ImageEmbedding embedding) {
        return send(Topics.EMBEDDINGS, embedding.getImageId(), ImageEmbedding.class, embedding);
    }

    public RecordMetadata send(ImageReport report) {
        return send(Topics.REPORTS, report.getImageId(), ImageReport.class, report);
    }

    public RecordMetadata send(ReferenceKey key, Reference reference) {
        return send(Topics.REFERENCES, key.toString(), Reference.class, reference);
    }

    public RecordMetadata send(ModerationPolicy policy) {
        return send(Topics.POLICIES, policy.getTenant(), ModerationPolicy.class, policy);
    }

    public RecordMetadata send(Erasure order) {
        return send(Topics.ERASURES, order.getId(), Erasure.class, order);
    }

    /** Sends a verdict that belongs to a trace. */
    public RecordMetadata send(Verdict verdict, String parent) {
        try (var serializer = new EventSerializer<>(Verdict.class)) {
            serializer.configure(NEWEST, false);
            String topic = names.of(Topics.VERDICTS);
            var record = new ProducerRecord<>(topic, verdict.getImageId(), serializer.serialize(topic, verdict));
            record.headers().add(TraceHeaders.PARENT, parent.getBytes(StandardCharsets.UTF_8));
            return send(record);
        }
    }

    private <T extends SpecificRecord> RecordMetadata send(Topics topic, String key, Class<T> type, T event) {
        try (var serializer = new EventSerializer<>(type)) {
            serializer.configure(NEWEST, false);
            return send(names.of(topic), key, serializer.serialize(names.of(topic), event));
        }
    }

    /** Sends any bytes and waits until the broker has them. */
    public RecordMetadata send(String topic, String key, byte[] value) {
        return send(new ProducerRecord<>(topic, key, value));
    }

    private RecordMetadata send(ProducerRecord<String, byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("The test's record was not taken by " + record.topic(), failed.getCause());
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

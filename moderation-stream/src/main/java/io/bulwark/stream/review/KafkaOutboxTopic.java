package io.bulwark.stream.review;

import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Reference;
import io.bulwark.events.Review;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * {@code moderation.reviews}, {@code moderation.references} and {@code moderation.campaign-rulings}, written in Kafka
 * transactions. The ids of the last batch's rows are the metadata of an offset of a group that consumes nothing; they
 * fit into the broker's {@code offset.metadata.max.bytes} of 4,096.
 */
final class KafkaOutboxTopic implements OutboxPublisher.Topic {

    /** The offset of a mark that names rows; earlier versions wrote 0 and named decisions. */
    private static final long NAMES_ROWS = 1;

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final TopicNames names;
    private final TopicPartition mark;
    private final String group;
    private final EventSerializer<Review> reviews = new EventSerializer<>(Review.class);
    private final EventSerializer<Reference> references = new EventSerializer<>(Reference.class);
    private final EventSerializer<CampaignRuling> rulings = new EventSerializer<>(CampaignRuling.class);
    private final Producer<String, byte[]> producer;
    private final Consumer<byte[], byte[]> marks;

    /**
     * Ends the transactions that an earlier publisher left open, and shuts it out.
     *
     * @param clients what every Kafka client needs, and the prefix of topics
     * @param serdes how values are written
     * @param name transactional id and group
     */
    KafkaOutboxTopic(Map<String, Object> clients, Map<String, Object> serdes, String name) {
        this.names = TopicNames.in(clients);
        this.mark = new TopicPartition(names.of(Topics.REVIEWS), 0);
        this.group = name;
        reviews.configure(serdes, false);
        references.configure(serdes, false);
        rulings.configure(serdes, false);
        var writing = new HashMap<>(clients);
        writing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
        writing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        writing.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        writing.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
        var reading = new HashMap<>(clients);
        reading.put(ConsumerConfig.GROUP_ID_CONFIG, name);
        reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        marks = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        producer = new KafkaProducer<>(writing, new StringSerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
    }

    @Override
    public Mark lastBatch() {
        OffsetAndMetadata last = marks.committed(Set.of(mark), ANSWER_WITHIN).get(mark);
        if (last == null || last.metadata().isEmpty()) {
            return Mark.NONE;
        }
        Set<UUID> ids =
                Arrays.stream(last.metadata().split(" ")).map(UUID::fromString).collect(Collectors.toSet());
        return last.offset() == NAMES_ROWS ? new Mark(ids, Set.of()) : new Mark(Set.of(), ids);
    }

    @Override
    public void publish(List<OutboxPublisher.Row> batch) {
        producer.beginTransaction();
        batch.forEach(row -> send(row.content()));
        String ids = batch.stream().map(row -> row.id().toString()).collect(Collectors.joining(" "));
        producer.sendOffsetsToTransaction(
                Map.of(mark, new OffsetAndMetadata(NAMES_ROWS, ids)), new ConsumerGroupMetadata(group));
        producer.commitTransaction();
    }

    private void send(Published content) {
        if (content instanceof Published.OfReview review) {
            send(Topics.REVIEWS, review.imageId(), reviews, review.toRecord());
        } else if (content instanceof Published.OfReferences approved) {
            approved.toRecords().forEach((key, reference) -> send(Topics.REFERENCES, key, references, reference));
        } else if (content instanceof Published.OfRuling ruling) {
            send(Topics.CAMPAIGN_RULINGS, ruling.campaignId(), rulings, ruling.toRecord());
        }
    }

    private <T> void send(Topics of, String key, Serializer<T> serializer, T event) {
        String topic = names.of(of);
        Headers headers = new RecordHeaders();
        byte[] value = serializer.serialize(topic, headers, event);
        producer.send(new ProducerRecord<>(topic, null, key, value, headers));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        marks.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        reviews.close();
        references.close();
        rulings.close();
    }
}

package io.bulwark.stream.order;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Repeats an upload: its record is read where it stands and written again as it was, so that a worker judges it anew. A
 * verdict on the repetition answers the first one too. Any thread may call; it blocks for seconds at most.
 */
@Singleton
public class Redrive {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final OrderProducer producer;
    private final StreamConfig config;

    Redrive(OrderProducer producer, StreamConfig config) {
        this.producer = producer;
        this.config = config;
    }

    /**
     * @param topic of the upload's record
     * @return whether the record was still there
     * @throws OrderException where the broker does not answer or does not take it
     */
    public boolean repeat(String topic, int partition, long offset) {
        Optional<ConsumerRecord<byte[], byte[]>> upload = read(new TopicPartition(topic, partition), offset);
        upload.ifPresent(record ->
                producer.send(new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers())));
        return upload.isPresent();
    }

    private Optional<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, long offset) {
        Map<String, Object> properties = StreamSettings.kafkaClient(config);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) WITHIN.toMillis());
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            if (consumer.beginningOffsets(List.of(partition)).get(partition) > offset) {
                return Optional.empty();
            }
            consumer.seek(partition, offset);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WITHIN)) {
                return record.offset() == offset ? Optional.of(record) : Optional.empty();
            }
            return Optional.empty();
        } catch (KafkaException unreachable) {
            throw new OrderException("The upload cannot be read: " + unreachable.getMessage(), unreachable);
        }
    }
}

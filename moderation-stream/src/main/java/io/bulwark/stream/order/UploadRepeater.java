package io.bulwark.stream.order;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.RecordWriter;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Sends an upload without a verdict again, unchanged, to its partition. A verdict on the copy answers the original. Any
 * thread; waits for the broker.
 */
@Singleton
public class UploadRepeater {

    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Producer<byte[], byte[]> producer;
    private final Duration within;

    /** The outcome of a repetition. */
    public enum Result {
        /** It was sent again. */
        REPEATED,

        /** Its record is gone: past the topic's retention. */
        GONE,

        /** The broker does not answer in time. */
        UNAVAILABLE
    }

    @Inject
    UploadRepeater(StreamConfig config) {
        this(
                StreamSettings.consumers(config, Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1)),
                StreamSettings.producer(
                        config,
                        Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.IMAGES_UPLOADED.maxRecordBytes())),
                WITHIN);
    }

    /**
     * @param consumers makes a consumer without a group; closed after each use
     * @param producer takes uploads of any size; closed with this
     */
    UploadRepeater(Supplier<Consumer<byte[], byte[]>> consumers, Producer<byte[], byte[]> producer, Duration within) {
        this.consumers = consumers;
        this.producer = producer;
        this.within = within;
    }

    /** Sends an upload again. */
    public Result repeat(AwaitedUpload upload) {
        try {
            Optional<ConsumerRecord<byte[], byte[]>> found = read(upload.upload());
            found.ifPresent(original -> RecordWriter.write(
                    producer,
                    List.of(new ProducerRecord<>(
                            original.topic(),
                            original.partition(),
                            original.key(),
                            original.value(),
                            original.headers())),
                    within));
            return found.isPresent() ? Result.REPEATED : Result.GONE;
        } catch (KafkaException away) { // Kafka's client has logged why
            return Result.UNAVAILABLE;
        }
    }

    /**
     * Empty where the record is gone.
     *
     * @throws KafkaException where the broker does not answer in time
     */
    private Optional<ConsumerRecord<byte[], byte[]>> read(RecordCoordinates at) {
        var partition = new TopicPartition(at.getTopic(), at.getPartition());
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            consumer.assign(List.of(partition));
            if (consumer.beginningOffsets(List.of(partition), within).get(partition) > at.getOffset()) {
                return Optional.empty();
            }
            consumer.seek(partition, at.getOffset());
            long until = System.nanoTime() + within.toNanos();
            while (System.nanoTime() < until) {
                List<ConsumerRecord<byte[], byte[]>> records =
                        consumer.poll(POLL).records(partition);
                if (!records.isEmpty()) {
                    return records.stream()
                            .filter(record -> record.offset() == at.getOffset())
                            .findFirst();
                }
                if (consumer.position(partition, within) > at.getOffset()) {
                    return Optional.empty();
                }
            }
            throw new TimeoutException("no record of " + partition + " came within " + within);
        }
    }

    @PreDestroy
    void close() {
        producer.close(WITHIN);
    }
}

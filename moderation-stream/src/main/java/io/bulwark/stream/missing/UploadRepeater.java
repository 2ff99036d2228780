package io.bulwark.stream.missing;

import io.bulwark.events.RecordCoordinates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends an upload that got no answer once more, as it was, to the partition where it lies. An answer to the copy answers
 * the original. Any thread may call, and waits for the broker.
 */
public final class UploadRepeater implements AutoCloseable {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Producer<byte[], byte[]> producer;

    /** What became of an upload that was to be repeated. */
    public enum Result {
        /** It was sent again. */
        REPEATED,

        /** Its record is gone: past the topic's retention. */
        GONE,

        /** The broker does not answer. */
        UNAVAILABLE
    }

    /**
     * @param consumers makes a consumer without a group; closed after each use
     * @param producer takes uploads of any size; closed with this
     */
    public UploadRepeater(Supplier<Consumer<byte[], byte[]>> consumers, Producer<byte[], byte[]> producer) {
        this.consumers = consumers;
        this.producer = producer;
    }

    /** Sends an upload again. */
    public Result repeat(AwaitedUpload upload) throws InterruptedException {
        Optional<ConsumerRecord<byte[], byte[]>> found = read(upload.upload());
        if (found.isEmpty()) {
            return Result.GONE;
        }
        ConsumerRecord<byte[], byte[]> original = found.get();
        try {
            producer.send(new ProducerRecord<>(
                            original.topic(),
                            original.partition(),
                            original.key(),
                            original.value(),
                            original.headers()))
                    .get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return Result.REPEATED;
        } catch (ExecutionException | TimeoutException refused) {
            return Result.UNAVAILABLE;
        }
    }

    private Optional<ConsumerRecord<byte[], byte[]>> read(RecordCoordinates at) {
        var partition = new TopicPartition(at.getTopic(), at.getPartition());
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            consumer.assign(List.of(partition));
            if (consumer.beginningOffsets(List.of(partition)).get(partition) > at.getOffset()) {
                return Optional.empty();
            }
            consumer.seek(partition, at.getOffset());
            return consumer.poll(WITHIN).records(partition).stream()
                    .filter(record -> record.offset() == at.getOffset())
                    .findFirst();
        }
    }

    @Override
    public void close() {
        producer.close(WITHIN);
    }
}

package io.bulwark.service.preview;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads single records. Its consumers have no group and are kept for the next question; one that met trouble is not.
 * There are never more than threads that ask. Any thread.
 */
public final class UploadRecords implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Duration within;
    private final NanoClock clock;
    private final ConcurrentLinkedDeque<Consumer<byte[], byte[]>> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * @param consumers makes a read_committed consumer without a group
     * @param within time that a record may take
     */
    public UploadRecords(Supplier<Consumer<byte[], byte[]>> consumers, Duration within, NanoClock clock) {
        this.consumers = consumers;
        this.within = within;
        this.clock = clock;
    }

    /**
     * The value of a record; empty where the record is not on the topic any more, never was, or is a tombstone.
     *
     * @throws KafkaException if the brokers do not answer in time
     */
    public Optional<byte[]> read(PreviewQuestion question) {
        Consumer<byte[], byte[]> consumer = Optional.ofNullable(idle.poll()).orElseGet(consumers);
        boolean sound = false;
        try {
            Optional<byte[]> found = read(consumer, question);
            // What was fetched ahead is dropped with the partition.
            consumer.assign(List.of());
            sound = !closed;
            return found;
        } finally {
            if (sound) {
                idle.push(consumer);
            } else {
                consumer.close();
            }
        }
    }

    private Optional<byte[]> read(Consumer<byte[], byte[]> consumer, PreviewQuestion question) {
        Deadline deadline = Deadline.after(within, clock);
        List<PartitionInfo> there = consumer.partitionsFor(question.topic(), deadline.remaining());
        if (there == null || question.partition() >= there.size()) {
            return Optional.empty();
        }
        TopicPartition partition = new TopicPartition(question.topic(), question.partition());
        List<TopicPartition> one = List.of(partition);
        consumer.assign(one);
        if (consumer.beginningOffsets(one, deadline.remaining()).get(partition) > question.offset()
                || consumer.endOffsets(one, deadline.remaining()).get(partition) <= question.offset()) {
            return Optional.empty();
        }
        consumer.seek(partition, question.offset());
        while (!deadline.hasPassed()) {
            Duration left = deadline.remaining();
            List<ConsumerRecord<byte[], byte[]>> records =
                    consumer.poll(left.compareTo(POLL) < 0 ? left : POLL).records(partition);
            if (!records.isEmpty()) {
                ConsumerRecord<byte[], byte[]> first = records.get(0);
                return first.offset() == question.offset() ? Optional.ofNullable(first.value()) : Optional.empty();
            }
            if (consumer.position(partition, deadline.remaining()) > question.offset()) {
                return Optional.empty();
            }
        }
        throw new TimeoutException("No record of " + partition + " came within " + within.toMillis() + " ms");
    }

    /** Closes the consumers that are idle; one in use is closed by its user. */
    @Override
    public void close() {
        closed = true;
        for (Consumer<byte[], byte[]> next = idle.poll(); next != null; next = idle.poll()) {
            next.close();
        }
    }
}

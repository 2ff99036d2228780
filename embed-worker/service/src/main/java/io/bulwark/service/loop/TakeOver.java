package io.bulwark.service.loop;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Begins partitions at their committed offsets, with what their last owner left beside these. Owned by the loop's thread. */
final class TakeOver {

    private final Consumer<byte[], byte[]> consumer;
    private final PoisonBreaker breaker;
    private final ObjIntConsumer<TopicPartition> onSuspects;
    private final Set<TopicPartition> fresh = new HashSet<>();

    /**
     * Makes it.
     *
     * @param onSuspects told of partitions that their last owner did not give up in order, and of how many suspects
     */
    TakeOver(Consumer<byte[], byte[]> consumer, PoisonBreaker breaker, ObjIntConsumer<TopicPartition> onSuspects) {
        this.consumer = consumer;
        this.breaker = breaker;
        this.onSuspects = onSuspects;
    }

    /** These partitions were assigned; nothing of them may be read before {@link #begin}. */
    void assigned(Iterable<TopicPartition> partitions) {
        partitions.forEach(fresh::add);
    }

    /** These partitions are gone. */
    void gone(Iterable<TopicPartition> partitions) {
        partitions.forEach(fresh::remove);
    }

    /**
     * Begins the partitions that were assigned since the last time.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker does not answer; to be called again
     */
    void begin() {
        if (!fresh.isEmpty()) {
            begin(Set.copyOf(fresh));
        }
    }

    /**
     * Begins these partitions anew; nothing of them may be in flight.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker does not answer; to be called again
     */
    void begin(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed = Polling.uninterrupted(() -> consumer.committed(partitions));
        Map<TopicPartition, Long> ends = Polling.uninterrupted(() -> consumer.endOffsets(partitions));
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
            int suspects = breaker.takeOver(
                    partition,
                    offset == null ? null : offset.metadata(),
                    Polling.uninterrupted(() -> consumer.position(partition)),
                    ends.get(partition));
            if (suspects > 0) {
                onSuspects.accept(partition, suspects);
            }
        }
        fresh.removeAll(partitions);
    }
}

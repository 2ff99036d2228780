package io.bulwark.stream.outbound;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a group never was before, it has a place from now on: what comes while nobody reads is not passed over. The
 * consumer's thread.
 */
class FirstPlaces implements ConsumerRebalanceListener {

    private final Consumer<byte[], byte[]> consumer;

    FirstPlaces(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    @Override
    public final void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(partitions));
        Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
        for (TopicPartition partition : partitions) {
            if (known.get(partition) == null) {
                first.put(partition, new OffsetAndMetadata(consumer.position(partition)));
            }
        }
        if (!first.isEmpty()) {
            consumer.commitSync(first);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
}

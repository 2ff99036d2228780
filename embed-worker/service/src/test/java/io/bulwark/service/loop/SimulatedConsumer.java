package io.bulwark.service.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/** A member of the simulated broker's group. Each poll is a step of the schedule. */
final class SimulatedConsumer extends MockConsumer<byte[], byte[]> {

    static final int POLL_RECORDS = 4;

    private final Simulation simulation;
    private final SimulatedBroker broker;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private ConsumerRebalanceListener listener;
    private int knownGeneration;

    SimulatedConsumer(Simulation simulation) {
        super(AutoOffsetResetStrategy.EARLIEST.name());
        this.simulation = simulation;
        this.broker = simulation.broker;
        this.knownGeneration = simulation.group().generation;
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener given) {
        listener = given;
    }

    /** A cooperative rebalance: the generation is new when the callbacks are called. */
    void reassign(Collection<TopicPartition> partitions) {
        knownGeneration = ++simulation.group().generation;
        Set<TopicPartition> gone = new HashSet<>(assigned);
        gone.removeAll(partitions);
        if (!gone.isEmpty()) {
            listener.onPartitionsRevoked(gone);
        }
        forget(gone);
        Set<TopicPartition> come = new HashSet<>(partitions);
        come.removeAll(assigned);
        assigned.addAll(come);
        come.forEach(partition -> positions.put(partition, committedOffset(partition)));
        listener.onPartitionsAssigned(come);
    }

    /** The group went on without this member, which learns of it now. */
    void lose() {
        Set<TopicPartition> gone = new HashSet<>(assigned);
        listener.onPartitionsLost(gone);
        forget(gone);
        knownGeneration = simulation.group().generation;
    }

    private void forget(Set<TopicPartition> gone) {
        assigned.removeAll(gone);
        paused.removeAll(gone);
        positions.keySet().removeAll(gone);
    }

    private long committedOffset(TopicPartition partition) {
        OffsetAndMetadata committed = broker.log(partition).committed;
        return committed == null ? 0 : committed.offset();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration most) {
        simulation.step(most);
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();
        int left = POLL_RECORDS;
        for (TopicPartition partition : assigned) {
            if (!paused.contains(partition) && left > 0) {
                SimulatedBroker.Log log = broker.log(partition);
                int from = log.indexOf(positions.get(partition));
                int to = Math.min(log.records.size(), from + left);
                if (to > from) {
                    read.put(partition, new ArrayList<>(log.records.subList(from, to)));
                    left -= to - from;
                }
                positions.put(
                        partition,
                        to == log.records.size() ? log.end : log.records.get(to).offset());
            }
        }
        return new ConsumerRecords<>(read, Map.of());
    }

    @Override
    public Set<TopicPartition> assignment() {
        return Set.copyOf(assigned);
    }

    @Override
    public Set<TopicPartition> paused() {
        return Set.copyOf(paused);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        paused.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        paused.removeAll(partitions);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        simulation.sought(partition);
        positions.put(partition, offset);
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        seek(partition, offset.offset());
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> seek(partition, 0));
    }

    @Override
    public long position(TopicPartition partition) {
        return positions.get(partition);
    }

    @Override
    public long position(TopicPartition partition, Duration most) {
        simulation.positionIsAskedFor(most);
        return positions.get(partition);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        simulation.blockOrFail("committed");
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        partitions.forEach(partition -> committed.put(partition, broker.log(partition).committed));
        return committed;
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        partitions.forEach(partition -> ends.put(partition, broker.log(partition).end));
        return ends;
    }

    @Override
    public OptionalLong currentLag(TopicPartition partition) {
        return OptionalLong.of(broker.log(partition).end - positions.get(partition));
    }

    /** Records that wait at the broker for this member. */
    long unread() {
        return assigned.stream()
                .mapToLong(partition -> currentLag(partition).orElse(0))
                .sum();
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return new ConsumerGroupMetadata("group", knownGeneration, "member", Optional.empty());
    }

    @Override
    public void wakeup() {}

    @Override
    public void close(CloseOptions options) {
        assigned.clear();
    }
}

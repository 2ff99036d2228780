package io.bulwark.stream.outbound;

import io.bulwark.stream.outbound.Receiver.Event;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The events that were read and are not delivered yet. Events of one image are delivered in order; images do not wait
 * for each other. A partition's offset moves up to its first unfinished event. One thread.
 */
final class DeliveryWindow {

    private static final long MOST_AHEAD = 2_000;

    private final int most;
    private final long mostBytes;
    private final Map<String, Deque<Delivery>> lines = new LinkedHashMap<>();
    private final Map<TopicPartition, TreeMap<Long, Delivery>> unfinished = new HashMap<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private int held;
    private long bytes;
    private int underWay;

    /** The window is full at {@code most} events, or at {@code mostBytes} of them. */
    DeliveryWindow(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    boolean isFull() {
        return held >= most || bytes >= mostBytes;
    }

    /** Partitions read far beyond their first unfinished event: all events after it would be repeated after a crash. */
    Set<TopicPartition> farAhead() {
        return unfinished.entrySet().stream()
                .filter(ofPartition -> !ofPartition.getValue().isEmpty())
                .filter(ofPartition ->
                        next.get(ofPartition.getKey()) - ofPartition.getValue().firstKey() > MOST_AHEAD)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Adds a record to deliver, in the order of its partition. */
    void add(Delivery delivery) {
        passed(delivery.partition, delivery.offset);
        unfinished.computeIfAbsent(delivery.partition, none -> new TreeMap<>()).put(delivery.offset, delivery);
        lines.computeIfAbsent(delivery.event.key(), none -> new ArrayDeque<>()).add(delivery);
        held++;
        bytes += delivery.bytes();
    }

    /** A record was read, in the order of its partition, that needs no delivery. */
    void passed(TopicPartition partition, long offset) {
        next.put(partition, offset + 1);
    }

    /** The first due event of each image, the one tried longest ago first. */
    List<Delivery> due(Instant now, int limit) {
        return lines.values().stream()
                .map(Deque::peekFirst)
                .filter(first -> !first.underWay && !first.due.isAfter(now))
                .sorted(Comparator.comparing(delivery -> delivery.tried))
                .limit(Math.max(0, limit))
                .toList();
    }

    void started(Delivery delivery) {
        delivery.underWay = true;
        underWay++;
    }

    /** The attempt is over, whatever its outcome. */
    void ended(Delivery delivery) {
        delivery.underWay = false;
        underWay--;
    }

    /** The event was delivered or set aside. */
    void finished(Delivery delivery) {
        unfinished.get(delivery.partition).remove(delivery.offset);
        remove(delivery);
    }

    /** Attempts without an outcome, those of dropped events too. */
    int underWay() {
        return underWay;
    }

    int held() {
        return held;
    }

    /** When the broker took in the oldest waiting event. */
    Optional<Instant> oldest() {
        return unfinished.values().stream()
                .filter(ofPartition -> !ofPartition.isEmpty())
                .map(ofPartition -> ofPartition.firstEntry().getValue().event.at())
                .min(Comparator.naturalOrder());
    }

    /** The first unfinished offset of each partition. */
    Map<TopicPartition, Long> finishedUntil() {
        var until = new HashMap<TopicPartition, Long>();
        next.forEach((partition, read) -> until.put(
                partition,
                Optional.ofNullable(unfinished.get(partition))
                        .filter(ofPartition -> !ofPartition.isEmpty())
                        .map(TreeMap::firstKey)
                        .orElse(read)));
        return until;
    }

    /** Drops partitions that moved to another instance. */
    void drop(Collection<TopicPartition> partitions) {
        partitions.stream()
                .map(unfinished::remove)
                .filter(Objects::nonNull)
                .flatMap(ofPartition -> ofPartition.values().stream())
                .forEach(delivery -> {
                    delivery.dropped = true;
                    remove(delivery);
                });
        partitions.forEach(next::remove);
    }

    private void remove(Delivery delivery) {
        lines.computeIfPresent(delivery.event.key(), (key, line) -> {
            line.remove(delivery);
            return line.isEmpty() ? null : line;
        });
        held--;
        bytes -= delivery.bytes();
    }

    /** An event on its way to a receiver. */
    static final class Delivery {

        final TopicPartition partition;
        final long offset;
        final Event event;
        final Receiver.Message message;
        int attempts;
        int against; // attempts that speak against the event itself
        int alone; // attempts that failed while others were taken
        Instant began = Instant.MIN; // the last attempt
        Instant due = Instant.MIN;
        Instant tried = Instant.MIN;
        boolean underWay;
        boolean dropped; // its partition moved to another instance

        /** @param record where the event was read: its own record, or the order to send it again */
        Delivery(ConsumerRecord<byte[], byte[]> record, Event event, Receiver.Message message) {
            this.partition = new TopicPartition(record.topic(), record.partition());
            this.offset = record.offset();
            this.event = event;
            this.message = message;
        }

        private long bytes() {
            return message.body().length + (event.value() == null ? 0 : event.value().length);
        }
    }
}

package io.bulwark.stream.outbound;

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
import org.apache.kafka.common.TopicPartition;

/**
 * What was read and is not delivered yet. Events of one image wait in line behind each other; images do not wait for each
 * other. A partition's offset moves on to its first event that is not finished. One thread.
 */
final class Window {

    private static final long MOST_AHEAD = 2_000;

    private final int most;
    private final long mostBytes;
    private final Map<String, Deque<Delivery>> lines = new LinkedHashMap<>();
    private final Map<TopicPartition, TreeMap<Long, Delivery>> unfinished = new HashMap<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private int held;
    private long bytes;
    private int underWay;

    /**
     * @param most events from which on it is full
     * @param mostBytes of theirs from which on it is full
     */
    Window(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    boolean isFull() {
        return held >= most || bytes >= mostBytes;
    }

    /**
     * Partitions that were read far beyond their first event that is not finished: all that was delivered since would come
     * again after a crash.
     */
    Set<TopicPartition> farAhead() {
        return unfinished.entrySet().stream()
                .filter(ofPartition -> !ofPartition.getValue().isEmpty())
                .filter(ofPartition ->
                        next.get(ofPartition.getKey()) - ofPartition.getValue().firstKey() > MOST_AHEAD)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** A record was read, in the order of its partition; what it holds is to be delivered. */
    void add(Delivery delivery) {
        passed(delivery.partition(), delivery.offset());
        unfinished
                .computeIfAbsent(delivery.partition(), none -> new TreeMap<>())
                .put(delivery.offset(), delivery);
        lines.computeIfAbsent(delivery.line(), none -> new ArrayDeque<>()).add(delivery);
        held++;
        bytes += delivery.bytes();
    }

    /** A record was read, in the order of its partition; nobody needs to know of it. */
    void passed(TopicPartition partition, long offset) {
        next.put(partition, offset + 1);
    }

    /**
     * The first of each line whose time has come, those first that were tried the longest ago.
     *
     * @param limit at most so many
     */
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

    /** It was delivered or set aside. */
    void finished(Delivery delivery) {
        unfinished.get(delivery.partition()).remove(delivery.offset());
        remove(delivery);
    }

    /** Attempts that have no outcome yet, of dropped ones too. */
    int underWay() {
        return underWay;
    }

    int held() {
        return held;
    }

    /** When the broker took in the oldest event that waits. */
    Optional<Instant> oldest() {
        return unfinished.values().stream()
                .filter(ofPartition -> !ofPartition.isEmpty())
                .map(ofPartition -> ofPartition.firstEntry().getValue().event().at())
                .min(Comparator.naturalOrder());
    }

    /** By partition the first offset that is not finished. */
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

    /** These partitions are another instance's now. */
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
        Deque<Delivery> line = lines.get(delivery.line());
        line.remove(delivery);
        if (line.isEmpty()) {
            lines.remove(delivery.line());
        }
        held--;
        bytes -= delivery.bytes();
    }
}

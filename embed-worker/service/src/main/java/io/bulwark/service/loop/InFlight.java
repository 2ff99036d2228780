package io.bulwark.service.loop;

import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.UploadInFlight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * All uploads between poll and commit, and whether more may be read. One partition whose oldest upload waits for a slow
 * server may hold no more than half of what may fly, so that the others go on. Owned by the loop's thread.
 */
final class InFlight {

    private final int maxUploads;
    private final long maxBytes;
    private final Map<TopicPartition, Deque<UploadInFlight>> windows = new HashMap<>();
    private int uploads;
    private long bytes;

    InFlight(int maxUploads, long maxBytes) {
        this.maxUploads = maxUploads;
        this.maxBytes = maxBytes;
    }

    void add(UploadInFlight upload) {
        windows.computeIfAbsent(upload.partition(), partition -> new ArrayDeque<>())
                .add(upload);
        uploads++;
        bytes += upload.recordBytes();
    }

    int uploads() {
        return uploads;
    }

    boolean isEmpty() {
        return uploads == 0;
    }

    /** Uploads that the pipeline is at work on. */
    int unanswered() {
        return (int) windows.values().stream()
                .flatMap(Deque::stream)
                .filter(upload -> upload.outcome().isEmpty())
                .count();
    }

    /**
     * So few unanswered uploads leave the pipeline without work soon: answers that wait for their commit take their
     * places.
     */
    int fewUnanswered() {
        return maxUploads / 4;
    }

    /** Partitions among the given ones that should bring no more for now. */
    Set<TopicPartition> full(Collection<TopicPartition> assigned) {
        if (uploads >= maxUploads || bytes >= maxBytes) {
            return new HashSet<>(assigned);
        }
        Set<TopicPartition> full = new HashSet<>();
        int most = Math.max(1, maxUploads / 2);
        for (TopicPartition partition : assigned) {
            Deque<UploadInFlight> window = windows.get(partition);
            if (window != null && window.size() >= most && assigned.size() > 1) {
                full.add(partition);
            }
        }
        return full;
    }

    /** What can be committed now, of these partitions. */
    Committable committable(Collection<TopicPartition> partitions, int most) {
        List<UploadInFlight> answered = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            // The oldest, before the first that has no outcome or must be read again.
            List<UploadInFlight> taken = windows.getOrDefault(partition, new ArrayDeque<>()).stream()
                    .takeWhile(InFlight::isAnswered)
                    .limit(most - answered.size())
                    .toList();
            if (!taken.isEmpty()) {
                answered.addAll(taken);
                offsets.put(
                        partition,
                        new OffsetAndMetadata(taken.get(taken.size() - 1).offset() + 1));
            }
        }
        return new Committable(answered, offsets);
    }

    /** How many answers {@link #committable(int)} would take. Asked twice in each turn of the loop, so it makes no list. */
    int countCommittable(int most) {
        int count = 0;
        for (Deque<UploadInFlight> window : windows.values()) {
            for (UploadInFlight upload : window) {
                if (count >= most || !isAnswered(upload)) {
                    break;
                }
                count++;
            }
        }
        return count;
    }

    private static boolean isAnswered(UploadInFlight upload) {
        return upload.outcome()
                .filter(outcome -> !(outcome instanceof Outcome.TryLater))
                .isPresent();
    }

    Committable committable(int most) {
        return committable(windows.keySet(), most);
    }

    /** Partitions whose oldest upload must be read again later, with what it waits for. */
    Map<TopicPartition, String> mustWait() {
        Map<TopicPartition, String> waiting = new HashMap<>();
        windows.forEach((partition, window) -> Optional.ofNullable(window.peek())
                .flatMap(InFlight::mustWait)
                .ifPresent(detail -> waiting.put(partition, detail)));
        return waiting;
    }

    /** What an upload waits for that must be read again later. */
    private static Optional<String> mustWait(UploadInFlight upload) {
        return upload.outcome()
                .filter(Outcome.TryLater.class::isInstance)
                .map(outcome -> ((Outcome.TryLater) outcome).detail());
    }

    /** These were committed. */
    void committed(Committable committed) {
        for (UploadInFlight upload : committed.answered()) {
            windows.get(upload.partition()).poll();
            uploads--;
            bytes -= upload.recordBytes();
        }
    }

    /** Drops what these partitions have in flight; returns how many uploads that were. */
    int abandon(Collection<TopicPartition> partitions) {
        int before = uploads;
        for (TopicPartition partition : partitions) {
            for (UploadInFlight upload :
                    Optional.ofNullable(windows.remove(partition)).orElseGet(ArrayDeque::new)) {
                uploads--;
                bytes -= upload.recordBytes();
                upload.abandon();
            }
        }
        return before - uploads;
    }

    int abandonAll() {
        return abandon(List.copyOf(windows.keySet()));
    }

    /**
     * Answers that go into one transaction.
     *
     * @param answered uploads with their outcomes; none where offsets alone are committed, for their metadata
     * @param offsets where reading goes on after them
     */
    record Committable(List<UploadInFlight> answered, Map<TopicPartition, OffsetAndMetadata> offsets) {

        /** No answers. */
        static final Committable NONE = new Committable(List.of(), Map.of());

        boolean isEmpty() {
            return offsets.isEmpty();
        }

        /** Partitions that answers are of. */
        Set<TopicPartition> partitions() {
            Set<TopicPartition> partitions = new HashSet<>();
            answered.forEach(upload -> partitions.add(upload.partition()));
            return partitions;
        }
    }
}

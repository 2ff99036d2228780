package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Begins partitions at their committed offsets, with what their last owner left beside these. A partition whose last
 * owner died within a transaction has no stable offset until the broker ends that, which may take as long as the
 * transaction timeout and longer; it is asked for again and again, briefly, and the others go on. Owned by the loop's
 * thread.
 */
final class TakeOver {

    /** A broker that can answer does so within this, which is doubled each time that it has not for all of them. */
    static final Duration BRIEFLY = Duration.ofMillis(100);

    static final Duration LONGEST = Duration.ofMillis(800);

    /**
     * The pause after a question without an answer, in multiples of what was waited: a fifth of the loop's time at
     * most.
     */
    private static final int PAUSE = 4;

    private final Consumer<byte[], byte[]> consumer;
    private final PoisonBreaker breaker;
    private final ObjIntConsumer<TopicPartition> onSuspects;
    private final NanoClock clock;
    private final Set<TopicPartition> fresh = new LinkedHashSet<>();
    private Duration patience = BRIEFLY;
    private int round; // partitions that are still to be asked for by themselves before the patience grows
    private boolean oneByOne;
    private long notBefore;

    /**
     * Makes it.
     *
     * @param onSuspects told of partitions that their last owner did not give up in order, and of how many suspects
     */
    TakeOver(
            Consumer<byte[], byte[]> consumer,
            PoisonBreaker breaker,
            ObjIntConsumer<TopicPartition> onSuspects,
            NanoClock clock) {
        this.consumer = consumer;
        this.breaker = breaker;
        this.onSuspects = onSuspects;
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /**
     * These partitions were assigned, or are to be begun again; nothing of them may be in flight, and nothing of them
     * is read before {@link #begin}.
     */
    void assigned(Iterable<TopicPartition> partitions) {
        partitions.forEach(fresh::add);
    }

    /** These partitions are gone. */
    void gone(Iterable<TopicPartition> partitions) {
        partitions.forEach(fresh::remove);
    }

    /**
     * Begins the partitions that were assigned since the last time, as many as the broker answers for; to be called
     * again.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker refuses to answer
     */
    void begin() {
        if (fresh.isEmpty() || notBefore - clock.nanos() > 0) {
            return;
        }
        Set<TopicPartition> asked = oneByOne ? Set.of(fresh.iterator().next()) : Set.copyOf(fresh);
        try {
            begin(asked);
        } catch (TimeoutException later) {
            // Who gets no answer waits behind the others; what was begun before may be in flight, and is not begun
            // again.
            List<TopicPartition> unanswered =
                    asked.stream().filter(fresh::contains).toList();
            unanswered.forEach(fresh::remove);
            fresh.addAll(unanswered);
            notBefore = clock.nanos() + PAUSE * patience.toNanos();
            oneByOne = true;
        }
        if (fresh.isEmpty()) {
            oneByOne = false;
            round = 0;
            patience = BRIEFLY;
        } else if (--round <= 0) {
            patience = round < 0 || patience.compareTo(LONGEST) >= 0 ? patience : patience.multipliedBy(2);
            round = fresh.size();
        }
    }

    /** Whether partitions are still to be begun. */
    boolean isPending() {
        return !fresh.isEmpty();
    }

    private void begin(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                Polling.uninterrupted(() -> consumer.committed(partitions, patience));
        Map<TopicPartition, Long> ends = Polling.uninterrupted(() -> consumer.endOffsets(partitions, patience));
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
            long position = Polling.uninterrupted(() -> consumer.position(partition, patience));
            int suspects = breaker.takeOver(
                    partition, offset == null ? null : offset.metadata(), position, ends.get(partition));
            fresh.remove(partition);
            if (suspects > 0) {
                onSuspects.accept(partition, suspects);
            }
        }
    }
}

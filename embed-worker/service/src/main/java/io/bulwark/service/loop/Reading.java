package io.bulwark.service.loop;

import io.bulwark.service.loop.ExclusiveTrial.IdleCheck;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Which partitions polls may bring records of, and where they stand. Owned by the loop's thread. */
record Reading(
        Consumer<byte[], byte[]> consumer,
        InFlight inFlight,
        PoisonBreaker breaker,
        Backoff backoff,
        IdleCheck idleCheck) {

    /** Nothing is read. */
    void pause() {
        pause(consumer.assignment());
    }

    /** Read are the partitions that are not full, not held by the breaker and do not have to wait. */
    void pauseWhatIsFull() {
        Set<TopicPartition> assigned = consumer.assignment();
        Set<TopicPartition> wanted = inFlight.full(assigned);
        wanted.addAll(breaker.held(assigned, idleCheck.isIdle(inFlight.uploads())));
        wanted.addAll(backoff.postponed());
        wanted.retainAll(assigned);
        pause(wanted);
    }

    private void pause(Set<TopicPartition> wanted) {
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> toPause = new HashSet<>(wanted);
        toPause.removeAll(paused);
        Set<TopicPartition> toResume = new HashSet<>(paused);
        toResume.removeAll(wanted);
        consumer.pause(toPause);
        consumer.resume(toResume);
    }

    /**
     * Uploads that wait at the broker, by what the consumer knows, without a wait. Markers of transactions count in.
     */
    long unread() {
        return unread(Set.of());
    }

    /** The same without partitions that wait for something else than this worker. */
    long backlog() {
        return unread(backoff.waiting());
    }

    private long unread(Set<TopicPartition> without) {
        return consumer.assignment().stream()
                .filter(partition -> breaker.isTakenOver(partition) && !without.contains(partition))
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    /** Where reading stands; empty while the broker has yet to say where a log begins that lost what was to be read. */
    OptionalLong positionOf(TopicPartition partition) {
        try {
            return OptionalLong.of(Polling.uninterrupted(() -> consumer.position(partition, Duration.ZERO)));
        } catch (TimeoutException unknown) {
            return OptionalLong.empty();
        }
    }
}

package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions whose oldest upload cannot be answered now, through no fault of its own. Each is read again after a pause of its
 * own, which doubles until an upload of it is answered; the others go on. Owned by the loop's thread.
 */
final class Patience {

    private final NanoClock clock;
    private final Map<TopicPartition, Wait> waits = new HashMap<>();

    Patience(NanoClock clock) {
        this.clock = clock;
    }

    /** The partition is to be read again later. */
    void later(TopicPartition partition) {
        int failures = waits.containsKey(partition) ? waits.get(partition).failures() + 1 : 1;
        waits.put(
                partition,
                new Wait(failures, clock.nanos() + Recovery.pause(failures).toNanos()));
    }

    /** Partitions of which nothing may be read now. */
    Set<TopicPartition> held() {
        long now = clock.nanos();
        Set<TopicPartition> held = new HashSet<>();
        waits.forEach((partition, wait) -> {
            if (wait.until() - now > 0) {
                held.add(partition);
            }
        });
        return held;
    }

    /** Partitions of which no upload was answered since one had to wait; reading them brings the worker no work. */
    Set<TopicPartition> waiting() {
        return Set.copyOf(waits.keySet());
    }

    /** Nanoseconds until another partition may be read; {@code Long.MAX_VALUE} where none waits. */
    long nanosUntilNext() {
        long now = clock.nanos();
        return waits.values().stream()
                .mapToLong(wait -> wait.until() - now)
                .filter(left -> left > 0)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Uploads of these partitions were answered, or the partitions are gone. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(waits::remove);
    }

    private record Wait(int failures, long until) {}
}

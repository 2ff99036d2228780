package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * When the loop tries again. The whole loop goes back to the committed offsets after a failure; a single partition
 * whose oldest upload cannot be answered now, through no fault of the upload, is read again while the others go on.
 * Each pause doubles with each failure in a row. Owned by the loop's thread.
 */
final class Backoff {

    static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final NanoClock clock;
    private final Map<TopicPartition, Wait> waits = new HashMap<>();
    private boolean recoveryNeeded;
    private int failures;
    private long notBefore;

    Backoff(NanoClock clock) {
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /**
     * A pause that doubles from {@link #FIRST_PAUSE} to {@link #LONGEST_PAUSE}.
     *
     * @param failures so far, 1 at least
     */
    static Duration pause(int failures) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(10, failures - 1));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    /** The loop begins with a recovery that follows no failure. */
    void needRecovery() {
        recoveryNeeded = true;
    }

    /** A commit or a recovery failed: a recovery is needed, after a pause. */
    void failed() {
        recoveryNeeded = true;
        failures++;
        notBefore = clock.nanos() + pause(failures).toNanos();
    }

    boolean needsRecovery() {
        return recoveryNeeded;
    }

    /** Nanoseconds until a recovery may be tried; zero or less means now. */
    long nanosUntilRecovery() {
        return notBefore - clock.nanos();
    }

    /** Reading goes on from the committed offsets. */
    void recovered() {
        recoveryNeeded = false;
    }

    /** A commit succeeded: the next failure is the first again. */
    void committed() {
        failures = 0;
    }

    int failures() {
        return failures;
    }

    /** The partition is read again later. */
    void postpone(TopicPartition partition) {
        int inARow = waits.containsKey(partition) ? waits.get(partition).failures() + 1 : 1;
        waits.put(partition, new Wait(inARow, clock.nanos() + pause(inARow).toNanos()));
    }

    /** Partitions that may not be read now. */
    Set<TopicPartition> postponed() {
        long now = clock.nanos();
        Set<TopicPartition> postponed = new HashSet<>();
        waits.forEach((partition, wait) -> {
            if (wait.until() - now > 0) {
                postponed.add(partition);
            }
        });
        return postponed;
    }

    /** Partitions without an answer since they were postponed; reading them brings the worker no work. */
    Set<TopicPartition> waiting() {
        return Set.copyOf(waits.keySet());
    }

    /** Nanoseconds until another partition may be read; {@code Long.MAX_VALUE} if none waits. */
    long nanosUntilNextPartition() {
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

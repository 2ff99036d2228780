package io.bulwark.service.lifecycle;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows since when each thread has been at the same piece of work. A worker is alive while none is longer at it than
 * {@link #LIMIT}; every blocking call of the worker is bounded far below. Any thread.
 */
public final class ThreadWatch {

    /**
     * Longer than any bounded wait of the worker. The longest is that for a file's decoder processes, their starts, a
     * second try and waiting for each other included ({@link io.bulwark.imaging.process.ProcessLimits#longestRead}).
     */
    public static final Duration LIMIT = Duration.ofMinutes(2);

    private final NanoClock clock;
    private final Map<String, Long> busySince = new ConcurrentHashMap<>();

    public ThreadWatch(NanoClock clock) {
        this.clock = clock;
    }

    /** The current thread begins a new piece of work. */
    public void begin() {
        busySince.put(Thread.currentThread().getName(), clock.nanos());
    }

    /** The current thread waits for work, which may take as long as it likes. */
    public void rest() {
        busySince.remove(Thread.currentThread().getName());
    }

    /** A thread that is stuck, as a sentence; empty while all is well. */
    public Optional<String> stuck() {
        long now = clock.nanos();
        return busySince.entrySet().stream()
                .filter(entry -> now - entry.getValue() > LIMIT.toNanos())
                .map(entry -> "Thread " + entry.getKey() + " has been at the same piece of work for "
                        + Duration.ofNanos(now - entry.getValue()).toSeconds() + " s, allowed are "
                        + LIMIT.toSeconds() + " s")
                .findFirst();
    }
}

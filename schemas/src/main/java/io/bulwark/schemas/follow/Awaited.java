package io.bulwark.schemas.follow;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The fingerprints whose schema is waited for, each from its first sight on. There are {@value #PLACES} places. One is
 * given back when the schema comes, or after {@value #REMEMBERED_WAITS} waiting times if another wants it: so bytes that
 * only look like fingerprints can hold up a reader for a sixth of its time, and what was awaited in vain is not awaited
 * again soon.
 *
 * <p>Not thread-safe.
 */
final class Awaited {
    static final int PLACES = 16;
    static final int REMEMBERED_WAITS = 100;

    private final long waitNanos;
    private final LongSupplier nanos;
    private final Map<Long, Long> firstSeen = new LinkedHashMap<>();

    /**
     * @param wait how long a schema is waited for; zero: not at all
     * @param nanos the time, as {@link System#nanoTime} tells it
     */
    Awaited(Duration wait, LongSupplier nanos) {
        this.waitNanos = wait.toNanos();
        this.nanos = nanos;
    }

    /** Whether its time is not up yet; begins it at the first question. */
    boolean isAwaited(long fingerprint) {
        long now = nanos.getAsLong();
        if (!firstSeen.containsKey(fingerprint)) {
            if (firstSeen.size() == PLACES) {
                firstSeen.values().removeIf(seen -> now - seen >= waitNanos * REMEMBERED_WAITS);
            }
            if (firstSeen.size() == PLACES) {
                return false;
            }
            firstSeen.put(fingerprint, now);
        }
        return now - firstSeen.get(fingerprint) < waitNanos;
    }

    /** The schema is there. */
    void came(long fingerprint) {
        firstSeen.remove(fingerprint);
    }
}

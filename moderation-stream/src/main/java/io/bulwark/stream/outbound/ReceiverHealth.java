package io.bulwark.stream.outbound;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whether a receiver works. While it does not, one event at a time is tried, at growing intervals, until one is taken.
 * One thread.
 */
final class ReceiverHealth {

    private final Backoff backoff;
    private int failures; // in a row; attempts that were under way together count once
    private Instant failed = Instant.MIN;
    private Instant restUntil = Instant.MIN;
    private Instant requestedUntil = Instant.MIN;
    private Instant took = Instant.MIN;

    ReceiverHealth(Backoff backoff) {
        this.backoff = backoff;
    }

    /**
     * How many attempts may be under way now.
     *
     * @param atOnce while it works
     */
    int allows(int atOnce, Instant now) {
        if (restUntil.isAfter(now) || requestedUntil.isAfter(now)) {
            return 0;
        }
        return failures > 0 ? 1 : atOnce;
    }

    void took(Instant now) {
        took = now;
        answered();
    }

    /** It works, even where it refused. A rest that it requested is kept: nothing was sent since. */
    void answered() {
        failures = 0;
        restUntil = Instant.MIN;
    }

    /**
     * It did not work.
     *
     * @param began when the attempt began: attempts that were under way together fail together, and count once
     * @param requested the rest that it requested
     */
    void failed(Instant began, Instant now, Optional<Duration> requested) {
        requested.map(now::plus).filter(requestedUntil::isBefore).ifPresent(until -> requestedUntil = until);
        if (failures == 0 || began.isAfter(failed)) {
            failures++;
            failed = now;
            restUntil = now.plus(backoff.after(failures));
        }
    }

    /** Whether it took an event after that instant. */
    boolean tookAfter(Instant then) {
        return took.isAfter(then);
    }

    /**
     * The wait after failures: doubles from a second to five minutes, of which a random share from a half to the whole
     * is taken, so that events that failed together are not retried together.
     *
     * @param random draws the share
     */
    record Backoff(RandomGenerator random) {

        private static final long FIRST_MILLIS = 1_000;
        private static final long LONGEST_MILLIS = 300_000;

        /** @param failures in a row, from 1 */
        Duration after(int failures) {
            long whole = Math.min(FIRST_MILLIS << Math.min(failures - 1, 20), LONGEST_MILLIS);
            return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
        }
    }
}

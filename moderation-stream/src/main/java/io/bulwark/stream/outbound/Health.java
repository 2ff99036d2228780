package io.bulwark.stream.outbound;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a neighbour works. One that does not is asked with one event at a time, ever less often, until it takes one. One
 * thread.
 */
final class Health {

    private final Patience patience;
    private int failures; // in a row; those of one time count once
    private Instant failed = Instant.MIN;
    private Instant restUntil = Instant.MIN;
    private Instant askedUntil = Instant.MIN;
    private Instant took = Instant.MIN;

    Health(Patience patience) {
        this.patience = patience;
    }

    /**
     * How many attempts may be under way now.
     *
     * @param atOnce while it works
     */
    int allows(int atOnce, Instant now) {
        if (restUntil.isAfter(now) || askedUntil.isAfter(now)) {
            return 0;
        }
        return failures > 0 ? 1 : atOnce;
    }

    void took(Instant now) {
        took = now;
        answered();
    }

    /** It works, even where it refused. A rest that it asked for is kept all the same: nothing was sent since. */
    void answered() {
        failures = 0;
        restUntil = Instant.MIN;
    }

    /**
     * It did not work.
     *
     * @param began when that attempt began: those that were under way together fail together, and count once
     * @param asked the rest that it asks for
     */
    void failed(Instant began, Instant now, Optional<Duration> asked) {
        asked.map(now::plus).filter(askedUntil::isBefore).ifPresent(until -> askedUntil = until);
        if (failures == 0 || began.isAfter(failed)) {
            failures++;
            failed = now;
            restUntil = now.plus(patience.after(failures));
        }
    }

    /** Whether it took something after that instant. */
    boolean tookAfter(Instant then) {
        return took.isAfter(then);
    }
}

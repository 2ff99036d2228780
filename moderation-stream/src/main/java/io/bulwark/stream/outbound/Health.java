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
    private int failures;
    private Instant restUntil = Instant.MIN;
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
        if (restUntil.isAfter(now)) {
            return 0;
        }
        return failures > 0 ? 1 : atOnce;
    }

    void took(Instant now) {
        took = now;
        answered();
    }

    /** It works, even where it refused. */
    void answered() {
        failures = 0;
        restUntil = Instant.MIN;
    }

    void failed(Instant now, Optional<Duration> asked) {
        failures++;
        Instant own = now.plus(patience.after(failures));
        restUntil = asked.map(now::plus).filter(own::isBefore).orElse(own);
    }

    /** Whether it took something after that instant. */
    boolean tookAfter(Instant then) {
        return took.isAfter(then);
    }
}

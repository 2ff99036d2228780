package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;

/**
 * Whether the loop has to go back to the committed offsets, and when it may try. The pause before a try doubles with each
 * failure since the last commit that succeeded. Owned by the loop's thread.
 */
final class Recovery {

    static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final NanoClock clock;
    private boolean needed;
    private int failures;
    private long notBefore;

    Recovery(NanoClock clock) {
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /** The loop begins with a recovery that nothing failed before. */
    void needed() {
        needed = true;
    }

    /** Something failed, perhaps a recovery: one is needed, after a pause. */
    void failed() {
        needed = true;
        failures++;
        notBefore = clock.nanos() + pause(failures).toNanos();
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

    boolean isNeeded() {
        return needed;
    }

    /** Nanoseconds until a try is allowed; zero or less means now. */
    long nanosUntilTry() {
        return notBefore - clock.nanos();
    }

    /** Reading goes on from the committed offsets. */
    void done() {
        needed = false;
    }

    /** A commit succeeded: the next failure is the first again. */
    void committed() {
        failures = 0;
    }

    int failures() {
        return failures;
    }
}

package io.bulwark.imaging.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A deadline that counts what a process got of the CPUs: on a machine that has no time for it, waiting says nothing
 * about the file. Nor does a wait that this process slept through, because it was stopped (SIGSTOP, a frozen container,
 * a virtual machine that was moved): the wall time of such a wait does not count. One thread uses it.
 */
final class FairDeadline {

    /** Of its time a process that has a core to itself gets at least so much. */
    private static final double FULL_SHARE = 0.9;

    /** What waits without calculating is not looked after more often than this. */
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(50);

    /** Beyond what was to be waited, from which on this process, and with it the one it waits for, was stopped. */
    private static final Duration STOPPED = Duration.ofSeconds(1);

    private final Duration due;
    private final LongSupplier nanos;
    private final Supplier<Optional<Duration>> cpuTime;
    private final Optional<Duration> before;
    private Duration missing;
    private Duration left;
    private Duration asked = Duration.ZERO;
    private long looked;

    /**
     * Begins now.
     *
     * @param allowed CPU time
     * @param longest wall time
     * @param before CPU time of the process up to now; empty where it is unknown, and then {@code allowed} is wall time
     * @param cpuTime of the process, and of all below it, whenever it is asked for
     */
    FairDeadline(Duration allowed, Duration longest, Optional<Duration> before, Supplier<Optional<Duration>> cpuTime) {
        this(allowed, longest, before, cpuTime, System::nanoTime);
    }

    /** @param nanos a clock that never goes back */
    FairDeadline(
            Duration allowed,
            Duration longest,
            Optional<Duration> before,
            Supplier<Optional<Duration>> cpuTime,
            LongSupplier nanos) {
        this.due = Duration.ofNanos((long) (allowed.toNanos() * FULL_SHARE));
        this.nanos = nanos;
        this.cpuTime = cpuTime;
        this.before = before;
        this.missing = allowed;
        this.left = longest;
        this.looked = nanos.getAsLong();
    }

    /** How long to wait before {@link #hasPassed} is worth asking. */
    Duration nextLook() {
        // What a look takes counts however long it is: that is the doing of the process.
        count(sinceLooked());
        asked = left.compareTo(missing) < 0 ? left : missing;
        return asked;
    }

    /** Whether the process had its due, or the longest wall time is over. To be asked after each wait. */
    boolean hasPassed() {
        Duration waited = sinceLooked();
        if (waited.compareTo(asked.plus(STOPPED)) <= 0) {
            count(waited);
        }
        asked = Duration.ZERO;
        Optional<Duration> now = before.isPresent() ? cpuTime.get() : Optional.empty();
        Duration used = now.map(time -> time.minus(before.get())).orElse(due);
        missing = due.minus(used);
        boolean passed = missing.isNegative() || missing.isZero() || left.isZero();
        missing = missing.compareTo(SHORTEST_LOOK) < 0 ? SHORTEST_LOOK : missing;
        return passed;
    }

    private Duration sinceLooked() {
        long now = nanos.getAsLong();
        Duration passed = Duration.ofNanos(now - looked);
        looked = now;
        return passed;
    }

    private void count(Duration passed) {
        left = left.compareTo(passed) < 0 ? Duration.ZERO : left.minus(passed);
    }

    /** Wall time that all tries of one file share, waits between them included. Any thread. */
    static final class TimeLeft {

        private final long begin = System.nanoTime();
        private final Duration whole;

        TimeLeft(Duration whole) {
            this.whole = whole;
        }

        /** What is left of it, at least nothing. */
        Duration left() {
            Duration left = whole.minusNanos(System.nanoTime() - begin);
            return left.isNegative() ? Duration.ZERO : left;
        }

        /** What is left, but no more than some time. */
        Duration left(Duration most) {
            Duration left = left();
            return left.compareTo(most) < 0 ? left : most;
        }
    }
}

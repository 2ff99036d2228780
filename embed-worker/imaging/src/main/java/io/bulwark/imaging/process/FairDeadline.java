package io.bulwark.imaging.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A deadline that counts what a process got of the CPUs: on a machine that has no time for it, waiting says nothing
 * about the file. One thread uses it.
 */
final class FairDeadline {

    /** Of its time a process that has a core to itself gets at least so much. */
    private static final double FULL_SHARE = 0.9;

    /** What waits without calculating is not looked after more often than this. */
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(50);

    private final Duration due;
    private final TimeLeft longest;
    private final Supplier<Optional<Duration>> cpuTime;
    private final Optional<Duration> before;
    private Duration missing;

    /**
     * Begins now.
     *
     * @param allowed CPU time
     * @param longest wall time
     * @param before CPU time of the process up to now; empty where it is unknown, and then {@code allowed} is wall time
     * @param cpuTime of the process, and of all below it, whenever it is asked for
     */
    FairDeadline(Duration allowed, Duration longest, Optional<Duration> before, Supplier<Optional<Duration>> cpuTime) {
        this.due = Duration.ofNanos((long) (allowed.toNanos() * FULL_SHARE));
        this.longest = new TimeLeft(longest);
        this.cpuTime = cpuTime;
        this.before = before;
        this.missing = allowed;
    }

    /** How long to wait before {@link #hasPassed} is worth asking. */
    Duration nextLook() {
        return longest.left(missing);
    }

    /** Whether the process had its due, or the longest wall time is over. To be asked after each wait. */
    boolean hasPassed() {
        Optional<Duration> now = before.isPresent() ? cpuTime.get() : Optional.empty();
        Duration used = now.map(time -> time.minus(before.get())).orElse(due);
        missing = due.minus(used);
        boolean passed =
                missing.isNegative() || missing.isZero() || longest.left().isZero();
        missing = missing.compareTo(SHORTEST_LOOK) < 0 ? SHORTEST_LOOK : missing;
        return passed;
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

package io.bulwark.service.lifecycle;

import java.time.Duration;

/** Time that only runs forward, in nanoseconds from an arbitrary start; {@link System#nanoTime()} in production. */
@FunctionalInterface
public interface NanoClock {

    /** The machine's own. */
    NanoClock SYSTEM = System::nanoTime;

    /** Nanoseconds since some fixed moment. */
    long nanos();

    /** Microseconds since an earlier reading. */
    default long microsSince(long startNanos) {
        return (nanos() - startNanos) / 1_000;
    }

    /** One moment by which all of a task must be done; handed down through every call that may wait. */
    public static final class Deadline {

        private final NanoClock clock;
        private final long at;
        private final Duration allowed;

        private Deadline(NanoClock clock, Duration allowed) {
            this.clock = clock;
            this.allowed = allowed;
            this.at = clock.nanos() + allowed.toNanos();
        }

        /** A deadline that lies {@code allowed} ahead. */
        public static Deadline after(Duration allowed, NanoClock clock) {
            return new Deadline(clock, allowed);
        }

        /** What was allowed at first. */
        public Duration allowed() {
            return allowed;
        }

        /** What is left; zero once it has passed. */
        public Duration remaining() {
            return Duration.ofNanos(Math.max(0, at - clock.nanos()));
        }

        public boolean hasPassed() {
            return clock.nanos() - at >= 0;
        }
    }
}

package io.bulwark.service.lifecycle;

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
}

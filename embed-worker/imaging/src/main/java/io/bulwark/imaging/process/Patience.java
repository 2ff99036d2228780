package io.bulwark.imaging.process;

import java.time.Duration;

/** Wall time that all tries of one file share, waits between them included. Any thread. */
final class Patience {

    private final long begin = System.nanoTime();
    private final Duration whole;

    Patience(Duration whole) {
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

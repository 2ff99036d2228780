package io.bulwark.stream.topology;

import java.time.Duration;
import java.time.Instant;

/** Windows of one length, side by side from the epoch on: [start, start + length). */
record WindowGrid(Duration length) {

    WindowGrid {
        if (length.toMillis() <= 0) {
            throw new IllegalArgumentException("A window must last at least a millisecond, found " + length);
        }
    }

    /** Start of the window that holds the instant. */
    Instant startOf(Instant instant) {
        long millis = instant.toEpochMilli();
        return Instant.ofEpochMilli(millis - Math.floorMod(millis, length.toMillis()));
    }

    /** End, exclusive, of the window that holds the instant. */
    Instant endOf(Instant instant) {
        return startOf(instant).plus(length);
    }
}

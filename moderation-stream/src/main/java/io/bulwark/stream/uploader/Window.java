package io.bulwark.stream.uploader;

import java.time.Duration;
import java.time.Instant;

/** The windows of uploader statistics: side by side from the epoch on, [start, start + length). */
public enum Window {
    HOUR("1h", Duration.ofHours(1)),
    DAY("24h", Duration.ofHours(24)),
    WEEK("7d", Duration.ofDays(7));

    private final String label;
    private final Duration length;

    Window(String label, Duration length) {
        this.label = label;
        this.length = length;
    }

    /** As it stands in keys and records. */
    public String label() {
        return label;
    }

    /** From its start to its end. */
    public Duration length() {
        return length;
    }

    /** Start of the window that holds the instant. */
    Instant startOf(Instant instant) {
        long millis = instant.toEpochMilli();
        return Instant.ofEpochMilli(millis - Math.floorMod(millis, length.toMillis()));
    }
}

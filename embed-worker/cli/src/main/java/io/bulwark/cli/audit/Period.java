package io.bulwark.cli.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The time that a report is about, in equal parts.
 *
 * @param since inclusive
 * @param until exclusive, later
 */
record Period(Instant since, Instant until) {

    private static final List<Duration> WIDTHS = List.of(
            Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(1), Duration.ofDays(7));

    /** The most parts that can be seen in a chart. */
    private static final int MOST_PARTS = 96;

    boolean holds(Instant instant) {
        return !instant.isBefore(since) && instant.isBefore(until);
    }

    /** The width of a part: the smallest round one that makes at most {@value #MOST_PARTS}. */
    Duration width() {
        Duration all = Duration.between(since, until);
        return WIDTHS.stream()
                .filter(width -> width.multipliedBy(MOST_PARTS).compareTo(all) >= 0)
                .findFirst()
                .orElseGet(() -> all.dividedBy(MOST_PARTS).plusSeconds(1));
    }

    /** When each part begins. */
    List<Instant> parts() {
        List<Instant> parts = new ArrayList<>();
        Duration width = width();
        for (Instant at = since; at.isBefore(until); at = at.plus(width)) {
            parts.add(at);
        }
        return parts;
    }

    /** In which part an instant of the period lies. */
    int part(Instant instant) {
        return (int) Duration.between(since, instant).dividedBy(width());
    }
}

package io.bulwark.stream.outbound;

import io.bulwark.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The spans of time from which no decision was read in this run although an hour or more passed, so that compaction may
 * have taken some away. It keeps 64 spans of a partition at most and joins the oldest. One thread.
 */
final class Unread {

    private static final int MOST_SPANS = 64;
    private static final Duration KEPT_WHOLE =
            Topics.DECISIONS.cleanup().keptWhole().orElseThrow();

    private final Clock clock;
    private final Map<Integer, Reached> reached = new HashMap<>();

    Unread(Clock clock) {
        this.clock = clock;
    }

    /** An event was read; one that was read before, or is sent again, changes nothing. */
    void read(Event event) {
        Reached before = reached.get(event.partition());
        if (before != null && before.offset >= event.offset()) {
            return;
        }
        Deque<Span> spans = before == null ? new ArrayDeque<>() : before.spans;
        Instant from = before == null ? Instant.MIN : before.at;
        Instant until = earlier(event.at(), clock.instant().minus(KEPT_WHOLE));
        boolean behind = before != null || event.at().equals(until);
        if (behind && from.isBefore(until)) {
            spans.addLast(new Span(from, until));
        }
        if (spans.size() > MOST_SPANS) {
            spans.addFirst(new Span(spans.removeFirst().from, spans.removeFirst().until));
        }
        reached.put(event.partition(), new Reached(event.offset(), event.at(), spans));
    }

    /** Whether a decision of that time may have gone before it was read. */
    boolean mayHold(int partition, Instant at) {
        Reached here = reached.get(partition);
        return here != null && here.spans.stream().anyMatch(span -> span.from.isBefore(at) && !span.until.isBefore(at));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private record Reached(long offset, Instant at, Deque<Span> spans) {}

    /** After the first instant, up to the second. */
    private record Span(Instant from, Instant until) {}
}

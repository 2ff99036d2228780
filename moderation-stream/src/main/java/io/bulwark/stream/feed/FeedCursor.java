package io.bulwark.stream.feed;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A place in the feed: for each partition of each topic the offset that comes next. Its text, the id of an SSE event, is
 * the offsets with dots between, partition 0 first, those of the verdicts and after a hyphen those of the audits: {@code
 * 12.7.0.31-2.0.0.1}. Partitions beyond its length start at 0, and so do the audits where they are missing. Immutable.
 */
public final class FeedCursor {

    private static final int MAX_TEXT = 8192;
    private static final String OFFSETS = "[0-9]{1,18}(\\.[0-9]{1,18})*";

    private final Map<FeedTopic, long[]> next;

    private FeedCursor(Map<FeedTopic, long[]> next) {
        this.next = next;
    }

    /** Before everything. */
    static FeedCursor start() {
        return new FeedCursor(new EnumMap<>(Map.of(FeedTopic.VERDICTS, new long[0], FeedTopic.AUDITS, new long[0])));
    }

    /** Reads a cursor's text; empty where it is none, whoever sent it. */
    public static Optional<FeedCursor> parse(String text) {
        if (text == null || text.length() > MAX_TEXT || !text.matches(OFFSETS + "(-(" + OFFSETS + ")?)?|-" + OFFSETS)) {
            return Optional.empty();
        }
        String[] topics = text.split("-", 2);
        FeedCursor cursor = start();
        cursor.next.put(FeedTopic.VERDICTS, offsets(topics[0]));
        cursor.next.put(FeedTopic.AUDITS, offsets(topics.length == 1 ? "" : topics[1]));
        return Optional.of(cursor);
    }

    private static long[] offsets(String text) {
        return text.isEmpty()
                ? new long[0]
                : Arrays.stream(text.split("\\.")).mapToLong(Long::parseLong).toArray();
    }

    /** The offset that comes next in a partition. */
    long next(FeedTopic topic, int partition) {
        long[] ofTopic = next.get(topic);
        return partition < ofTopic.length ? ofTopic[partition] : 0;
    }

    /** The place after a record, if this one lies before it; else this one. */
    FeedCursor after(FeedTopic topic, int partition, long offset) {
        if (next(topic, partition) > offset) {
            return this;
        }
        long[] ofTopic = next.get(topic);
        long[] moved = Arrays.copyOf(ofTopic, Math.max(ofTopic.length, partition + 1));
        moved[partition] = offset + 1;
        Map<FeedTopic, long[]> all = new EnumMap<>(next);
        all.put(topic, moved);
        return new FeedCursor(all);
    }

    /** Whether some partition goes on here at an earlier offset than there. */
    boolean isBehind(FeedCursor other) {
        for (FeedTopic topic : FeedTopic.values()) {
            for (int partition = 0; partition < other.next.get(topic).length; partition++) {
                if (next(topic, partition) < other.next.get(topic)[partition]) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeedCursor cursor && toString().equals(cursor.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        String audits = text(FeedTopic.AUDITS);
        return text(FeedTopic.VERDICTS) + (audits.isEmpty() ? "" : "-" + audits);
    }

    private String text(FeedTopic topic) {
        return Arrays.stream(next.get(topic)).mapToObj(Long::toString).collect(Collectors.joining("."));
    }
}

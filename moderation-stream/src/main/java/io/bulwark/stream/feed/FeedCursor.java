package io.bulwark.stream.feed;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A place in the feed: for each partition the offset that comes next. Its text, the id of an SSE event, is the offsets
 * with dots between, partition 0 first: {@code 12.7.0.31}. Partitions beyond its length start at 0. Immutable.
 */
public final class FeedCursor {

    private static final int MAX_TEXT = 4096;

    private final long[] next;

    private FeedCursor(long[] next) {
        this.next = next;
    }

    /** Before everything. */
    static FeedCursor start() {
        return new FeedCursor(new long[0]);
    }

    /** Reads a cursor's text; empty where it is none, whoever sent it. */
    public static Optional<FeedCursor> parse(String text) {
        if (text == null || text.length() > MAX_TEXT || !text.matches("[0-9]{1,18}(\\.[0-9]{1,18})*")) {
            return Optional.empty();
        }
        return Optional.of(new FeedCursor(
                Arrays.stream(text.split("\\.")).mapToLong(Long::parseLong).toArray()));
    }

    /** The offset that comes next in a partition. */
    long next(int partition) {
        return partition < next.length ? next[partition] : 0;
    }

    /** The place after a record, if this one lies before it; else this one. */
    FeedCursor after(int partition, long offset) {
        if (next(partition) > offset) {
            return this;
        }
        long[] moved = Arrays.copyOf(next, Math.max(next.length, partition + 1));
        moved[partition] = offset + 1;
        return new FeedCursor(moved);
    }

    /** Whether some partition goes on here at an earlier offset than there. */
    boolean isBehind(FeedCursor other) {
        for (int partition = 0; partition < other.next.length; partition++) {
            if (next(partition) < other.next[partition]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeedCursor cursor && Arrays.equals(next, cursor.next);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(next);
    }

    @Override
    public String toString() {
        return Arrays.stream(next).mapToObj(Long::toString).collect(Collectors.joining("."));
    }
}

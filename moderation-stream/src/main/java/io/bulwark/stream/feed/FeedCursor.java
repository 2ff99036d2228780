package io.bulwark.stream.feed;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A place in the feed: for each partition of each topic the offset that comes next. Its text, the id of an SSE event,
 * is the offsets with dots between, partition 0 first, those of each topic after a hyphen, in the order of
 * {@link FeedTopic}: {@code 12.7.0.31-2.0.0.1}. Partitions beyond its length start at 0, and so do topics that are
 * missing. Immutable.
 */
public final class FeedCursor {

    private static final String TOPICS = "-";
    private static final int MAX_TEXT = 8192;
    private static final Pattern OFFSET = Pattern.compile("[0-9]{1,18}");

    private final Map<FeedTopic, long[]> next;

    private FeedCursor(Map<FeedTopic, long[]> next) {
        this.next = next;
    }

    /** Before everything. */
    static FeedCursor start() {
        Map<FeedTopic, long[]> none = new EnumMap<>(FeedTopic.class);
        for (FeedTopic topic : FeedTopic.values()) {
            none.put(topic, new long[0]);
        }
        return new FeedCursor(none);
    }

    /** Reads a cursor's text; empty where it is none. The text is untrusted. */
    public static Optional<FeedCursor> parse(String text) {
        if (text == null || text.length() > MAX_TEXT || text.replace(TOPICS, "").isEmpty()) {
            return Optional.empty();
        }
        String[] parts = text.split(TOPICS, -1);
        if (parts.length > FeedTopic.values().length) {
            return Optional.empty();
        }
        Map<FeedTopic, long[]> all = start().next;
        for (int i = 0; i < parts.length; i++) {
            Optional<long[]> offsets = offsets(parts[i]);
            if (offsets.isEmpty()) {
                return Optional.empty();
            }
            all.put(FeedTopic.values()[i], offsets.get());
        }
        return Optional.of(new FeedCursor(all));
    }

    /** The numbers between dots; none for an empty text, empty where one is no offset. */
    private static Optional<long[]> offsets(String text) {
        if (text.isEmpty()) {
            return Optional.of(new long[0]);
        }
        String[] parts = text.split("\\.", -1);
        boolean fine =
                Arrays.stream(parts).allMatch(part -> OFFSET.matcher(part).matches());
        return fine
                ? Optional.of(Arrays.stream(parts).mapToLong(Long::parseLong).toArray())
                : Optional.empty();
    }

    /** The offset that comes next in a partition. */
    long next(FeedTopic topic, int partition) {
        long[] ofTopic = next.get(topic);
        return partition < ofTopic.length ? ofTopic[partition] : 0;
    }

    /** The place after a record, if this one lies before it; else this one. */
    FeedCursor after(FeedTopic topic, int partition, long offset) {
        return next(topic, partition) > offset ? this : before(topic, partition, offset + 1);
    }

    /** The same, but just before a record in its partition. */
    FeedCursor before(FeedTopic topic, int partition, long offset) {
        long[] moved = Arrays.copyOf(next.get(topic), Math.max(next.get(topic).length, partition + 1));
        moved[partition] = offset;
        Map<FeedTopic, long[]> all = new EnumMap<>(next);
        all.put(topic, moved);
        return new FeedCursor(all);
    }

    /** Whether some partition of those topics goes on here at an earlier offset than there. */
    boolean isBehind(FeedCursor other, Set<FeedTopic> topics) {
        for (FeedTopic topic : topics) {
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
        return Arrays.stream(FeedTopic.values())
                .map(this::text)
                .collect(Collectors.joining(TOPICS))
                .replaceAll(TOPICS + "+$", "");
    }

    private String text(FeedTopic topic) {
        return Arrays.stream(next.get(topic)).mapToObj(Long::toString).collect(Collectors.joining("."));
    }

    /** The topics of the feed. Their order is that of a cursor's text: add new ones last. */
    public enum FeedTopic {
        /** Decisions of workers. */
        VERDICTS("verdict"),
        /** Suspected attacks. */
        AUDITS("audit"),
        /** Decisions in force, of workers and people. */
        DECISIONS("decision");

        private final String event;

        FeedTopic(String event) {
            this.event = event;
        }

        /** The name of its server-sent events. */
        public String event() {
            return event;
        }
    }
}

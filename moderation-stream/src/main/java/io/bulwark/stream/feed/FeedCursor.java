package io.bulwark.stream.feed;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A place in the feed: for each partition of each topic the offset that comes next. Its text, the id of an SSE event, is
 * the offsets with dots between, partition 0 first, those of the verdicts and after a hyphen those of the audits: {@code
 * 12.7.0.31-2.0.0.1}. Partitions beyond its length start at 0, and so do the audits where they are missing. Immutable.
 */
public final class FeedCursor {

    private static final int MAX_TEXT = 8192;
    private static final Pattern OFFSET = Pattern.compile("[0-9]{1,18}");

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
        if (text == null || text.isEmpty() || text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        int hyphen = text.indexOf('-');
        String verdicts = hyphen < 0 ? text : text.substring(0, hyphen);
        String audits = hyphen < 0 ? "" : text.substring(hyphen + 1);
        if (verdicts.isEmpty() && audits.isEmpty()) {
            return Optional.empty();
        }
        return offsets(verdicts)
                .flatMap(ofVerdicts -> offsets(audits)
                        .map(ofAudits -> new FeedCursor(
                                new EnumMap<>(Map.of(FeedTopic.VERDICTS, ofVerdicts, FeedTopic.AUDITS, ofAudits)))));
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

    /** The place just before a record that lies before this one. */
    FeedCursor before(FeedTopic topic, int partition, long offset) {
        long[] moved = Arrays.copyOf(next.get(topic), Math.max(next.get(topic).length, partition + 1));
        moved[partition] = offset;
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

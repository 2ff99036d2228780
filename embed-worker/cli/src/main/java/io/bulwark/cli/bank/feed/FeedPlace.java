package io.bulwark.cli.bank.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.bank.feed.HashFeed.FeedCursor;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a list was read and under what rules, as its record on the references' topic says in its note.
 *
 * @param cursor where to go on
 * @param begun when the round that is under way asked for its first page; empty between rounds
 * @param whole whether a read of the whole list began and has not ended
 * @param adult whether the list is about adults
 * @param labels all that its entries may get
 */
record FeedPlace(FeedCursor cursor, Optional<Instant> begun, boolean whole, boolean adult, Set<String> labels) {

    private static final ObjectMapper JSON = new ObjectMapper();

    FeedPlace {
        labels = Set.copyOf(labels);
    }

    /** Before the first page of a list. */
    static FeedPlace start(boolean whole, boolean adult, Set<String> labels) {
        return new FeedPlace(FeedCursor.START, Optional.empty(), whole, adult, labels);
    }

    /** @throws JsonProcessingException if the note is none that {@link #note} made */
    static FeedPlace parse(String note) throws JsonProcessingException {
        JsonNode place = JSON.readTree(String.valueOf(note));
        Set<String> labels = new TreeSet<>();
        place.path("labels").forEach(label -> labels.add(label.asText()));
        return new FeedPlace(
                new FeedCursor(
                        place.path("since").asText(),
                        place.path("until").asText(),
                        place.path("page").asText(),
                        instant(place.path("readAt").asText())),
                instant(place.path("begun").asText()),
                place.path("whole").asBoolean(),
                place.path("adult").asBoolean(),
                labels);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException broken) {
            return Optional.empty();
        }
    }

    String note() {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("since", cursor.since());
        fields.put("until", cursor.until());
        fields.put("page", cursor.page());
        fields.put("readAt", cursor.readAt().map(Instant::toString).orElse(""));
        fields.put("begun", begun.map(Instant::toString).orElse(""));
        fields.put("whole", whole);
        fields.put("adult", adult);
        fields.put("labels", new ArrayList<>(new TreeSet<>(labels)));
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The same place under the rules of today. */
    FeedPlace under(boolean isAdult, Set<String> today) {
        return new FeedPlace(cursor, begun, whole, isAdult, today);
    }

    /** A page is asked for: the first of a round begins it. */
    FeedPlace asked(Instant now) {
        return cursor.page().isEmpty() && (begun.isEmpty() || cursor.since().isEmpty())
                ? new FeedPlace(cursor, Optional.of(now), whole, adult, labels)
                : this;
    }

    /** The first page of the same window: the exchange forgot the one that it was asked for. */
    FeedPlace again(Instant now) {
        return new FeedPlace(cursor.again(), Optional.of(now), whole, adult, labels);
    }

    /** A page was taken in. A round that was read whole says what held when it began. */
    FeedPlace after(HashFeed.FeedPage page) {
        FeedCursor next = page.next();
        return page.more()
                ? new FeedPlace(next, begun, whole, adult, labels)
                : new FeedPlace(
                        new FeedCursor(next.since(), next.until(), next.page(), begun),
                        Optional.empty(),
                        false,
                        adult,
                        labels);
    }

    /** From when on the exchange has to know what it took down; empty where nothing was read. */
    Optional<Instant> oldest() {
        return cursor.since().isEmpty() ? begun : cursor.readAt();
    }

    /** Whether a page of this window was taken in and others were not. */
    boolean isWithinWindow() {
        return !cursor.page().isEmpty();
    }

    /** The same, or that a window was and others of its round were not. */
    boolean isWithinRound() {
        return isWithinWindow() || begun.isPresent();
    }
}

package io.bulwark.cli.bank.feed;

import io.bulwark.perception.hash.ListedHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An exchange's list in the exchange's own shape. One thread. */
public interface HashFeed {

    /**
     * Asks for what stands at a place.
     *
     * @throws io.bulwark.cli.terminal.CommandFailure if the exchange does not answer or refuses, or its answer is not
     *     of this shape: then nothing of it may be used
     */
    FeedPage page(FeedCursor cursor);

    /** How long the exchange says what it took down; empty for ever. */
    default Optional<Duration> memory() {
        return Optional.empty();
    }

    /** Whether each answer has the whole list, so that one without entries says that nothing changed. */
    default boolean isWhole() {
        return false;
    }

    /**
     * How far a list was read. What the texts mean is the feed's.
     *
     * @param since the end of the last time window that was read whole; empty before the first
     * @param until the end of the window that is being read; empty between windows
     * @param page the next page of that window; empty for its first
     * @param readAt when the last window was read whole
     */
    record FeedCursor(String since, String until, String page, Optional<Instant> readAt) {

        static final FeedCursor START = new FeedCursor("", "", "", Optional.empty());

        /** The next page of the same window. */
        FeedCursor next(String until, String page) {
            return new FeedCursor(since, until, page, readAt);
        }

        /** The window was read whole, and the next one of the same round follows. */
        FeedCursor nextWindow(String since) {
            return new FeedCursor(since, "", "", readAt);
        }

        /** The last window of a round was read whole. */
        FeedCursor done(String since, Instant now) {
            return new FeedCursor(since, "", "", Optional.of(now));
        }

        /** The first page of the same window: exchanges forget the others after a while. */
        FeedCursor again() {
            return new FeedCursor(since, "", "", readAt);
        }
    }

    /**
     * What the exchange says of some entries.
     *
     * @param entries in its order, the last word on one of them last
     * @param next where to go on
     * @param more whether the window has further pages, or another window follows
     * @param whole whether these are all entries that the list has, so that others are gone
     * @param skipped how many hashes are left out, by the reason
     */
    record FeedPage(List<FeedEntry> entries, FeedCursor next, boolean more, boolean whole, Map<String, Long> skipped) {

        public FeedPage {
            entries = List.copyOf(entries);
            skipped = Map.copyOf(skipped);
        }
    }

    /**
     * One entry.
     *
     * @param id the exchange's
     * @param severity as the exchange says, such as {@code A1}
     * @param hashes all that it has now; none where it was taken down
     * @param expiresAt as the exchange says
     */
    record FeedEntry(String id, Optional<String> severity, List<ListedHash> hashes, Optional<Instant> expiresAt) {

        /** What hashes are called before the sync gives them their label. */
        static final String UNLABELLED = "-";

        public FeedEntry {
            hashes = List.copyOf(hashes);
        }

        /** An entry that was taken down. */
        static FeedEntry gone(String id) {
            return new FeedEntry(id, Optional.empty(), List.of(), Optional.empty());
        }
    }
}

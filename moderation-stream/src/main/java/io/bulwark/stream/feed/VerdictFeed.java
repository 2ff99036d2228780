package io.bulwark.stream.feed;

import io.bulwark.stream.document.VerdictDocument;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The latest verdicts and those who watch. One thread publishes; any thread may subscribe or ask. A client that does not
 * keep up is never waited for: when its buffer is full its stream ends, and it comes back with its cursor.
 */
public final class VerdictFeed {

    private final int history;
    private final int clientBuffer;
    private final int maxClients;
    private final Runnable onCut;
    private final Object lock = new Object();

    // guarded by lock
    private final Deque<FeedEvent.Arrived> ring = new ArrayDeque<>();
    private final Set<MultiEmitter<? super FeedEvent>> clients = new LinkedHashSet<>();
    private FeedCursor now = FeedCursor.start();
    private FeedCursor reachesBackTo = FeedCursor.start();

    /**
     * @param history verdicts in the ring
     * @param clientBuffer verdicts that may wait for a client, beside the history that it starts with
     * @param maxClients how many may watch at once
     * @param onCut called for each client that is cut off
     */
    VerdictFeed(int history, int clientBuffer, int maxClients, Runnable onCut) {
        this.history = history;
        this.clientBuffer = clientBuffer;
        this.maxClients = maxClients;
        this.onCut = onCut;
    }

    /** Says where the tail starts to read; what lies before is never shown. Called once, before the first verdict. */
    void startAt(FeedCursor start) {
        synchronized (lock) {
            now = start;
            reachesBackTo = start;
        }
    }

    /** Takes a verdict in. Called by the tail only, in the order of the offsets of each partition. */
    void publish(VerdictDocument verdict, String json) {
        synchronized (lock) {
            VerdictDocument.Coordinates at = verdict.record();
            now = now.after(at.partition(), at.offset());
            var event = new FeedEvent.Arrived(verdict, json, now);
            ring.addLast(event);
            if (ring.size() > history) {
                VerdictDocument.Coordinates gone = ring.removeFirst().verdict().record();
                reachesBackTo = reachesBackTo.after(gone.partition(), gone.offset());
            }
            List.copyOf(clients).forEach(client -> client.emit(event));
        }
    }

    /**
     * The newest verdicts that fit, newest first.
     *
     * @param limit at most so many
     */
    public List<VerdictDocument> recent(int limit, Predicate<VerdictDocument> wanted) {
        var found = new ArrayList<VerdictDocument>();
        synchronized (lock) {
            var newestFirst = ring.descendingIterator();
            while (newestFirst.hasNext() && found.size() < limit) {
                VerdictDocument verdict = newestFirst.next().verdict();
                if (wanted.test(verdict)) {
                    found.add(verdict);
                }
            }
        }
        return found;
    }

    /**
     * Watches: an {@link FeedEvent.Opened}, then what came after {@code from} as far as the ring reaches (the whole ring
     * without it), then what comes. Ends where the client does not keep up.
     *
     * @return empty where too many watch already
     */
    public Optional<Multi<FeedEvent>> watch(Optional<FeedCursor> from) {
        if (watching() >= maxClients) {
            return Optional.empty();
        }
        Multi<FeedEvent> events = Multi.createFrom()
                .<FeedEvent>emitter(client -> open(client, from), BackPressureStrategy.IGNORE)
                .onOverflow() // fails at once and lets go of what waits; the emitter's own buffer would deliver it
                // first
                .buffer(history + clientBuffer)
                .onFailure(BackPressureFailure.class)
                .invoke(onCut);
        return Optional.of(events);
    }

    /** How many watch. */
    public int watching() {
        synchronized (lock) {
            return clients.size();
        }
    }

    private void open(MultiEmitter<? super FeedEvent> client, Optional<FeedCursor> from) {
        client.onTermination(() -> {
            synchronized (lock) {
                clients.remove(client);
            }
        });
        synchronized (lock) {
            FeedCursor place = from.orElse(reachesBackTo);
            client.emit(new FeedEvent.Opened(place));
            if (place.isBehind(reachesBackTo)) {
                client.emit(new FeedEvent.Gap(place));
            }
            for (FeedEvent.Arrived event : ring) {
                VerdictDocument.Coordinates at = event.verdict().record();
                if (at.offset() >= place.next(at.partition())) {
                    client.emit(event);
                }
            }
            clients.add(client);
        }
    }
}

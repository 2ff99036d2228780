package io.bulwark.stream.feed;

import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The latest verdicts, audits and decisions, and those who watch. One thread for each topic publishes; any thread may subscribe or
 * ask. A client that does not keep up is never waited for: when its buffer is full its stream ends, and it comes back
 * with its cursor.
 */
public final class VerdictFeed {

    private final int history;
    private final int clientBuffer;
    private final int maxClients;
    private final Runnable onCut;
    private final Object lock = new Object();

    // guarded by lock
    private final Map<FeedTopic, Deque<Entry>> rings = new EnumMap<>(FeedTopic.class);
    private long arrivals;
    private final Set<FeedWatcher> clients = new LinkedHashSet<>();
    private int seats; // those of clients and of those that are about to subscribe
    private FeedCursor now = FeedCursor.start();
    private FeedCursor reachesBackTo = FeedCursor.start();
    private final ForgottenImages forgotten;

    /**
     * @param history verdicts, and as many audits, that are held
     * @param clientBuffer events that may wait for a client, beside the history that it starts with
     * @param maxClients how many may watch at once
     * @param onCut called for each client that is cut off
     */
    VerdictFeed(int history, int clientBuffer, int maxClients, Runnable onCut) {
        this.history = history;
        this.clientBuffer = clientBuffer;
        this.maxClients = maxClients;
        this.onCut = onCut;
        this.forgotten = new ForgottenImages(FeedTopic.values().length * history);
        for (FeedTopic topic : FeedTopic.values()) {
            rings.put(topic, new ArrayDeque<>());
        }
    }

    /**
     * Says where a topic's tail starts to read; what lies before is never shown. Called once, before its first event.
     *
     * @param next by partition the offset that is read first
     */
    void startAt(FeedTopic topic, Map<Integer, Long> next) {
        synchronized (lock) {
            next.forEach((partition, offset) -> {
                if (offset > 0) {
                    now = now.after(topic, partition, offset - 1);
                    reachesBackTo = reachesBackTo.after(topic, partition, offset - 1);
                }
            });
        }
    }

    /** Takes a verdict in. Called by its tail only, in the order of the offsets of each partition. */
    void publish(VerdictDocument verdict, String json) {
        VerdictDocument.Coordinates at = verdict.record();
        publish(
                FeedTopic.VERDICTS,
                at.partition(),
                at.offset(),
                cursor -> new FeedEvent.Arrived(verdict, json, cursor));
    }

    /** Takes an audit in. Called by its tail only, in the order of the offsets of each partition. */
    void publish(AuditDocument audit, String json, int partition, long offset) {
        publish(FeedTopic.AUDITS, partition, offset, cursor -> new FeedEvent.Audited(audit, json, cursor));
    }

    /** Takes a decision in. Called by its tail only, in the order of the offsets of each partition. */
    void publish(DecisionDocument decision, String json, int partition, long offset) {
        publish(FeedTopic.DECISIONS, partition, offset, cursor -> new FeedEvent.Decided(decision, json, cursor));
    }

    private void publish(FeedTopic topic, int partition, long offset, Function<FeedCursor, FeedEvent> made) {
        List<FeedWatcher> watching;
        synchronized (lock) {
            now = now.after(topic, partition, offset);
            FeedEvent event = made.apply(now);
            if (topic == FeedTopic.AUDITS
                    && event.happened().filter(forgotten::covers).isPresent()) {
                return; // read late: audits have no tombstones of their own
            }
            Deque<Entry> ring = rings.get(topic);
            ring.addLast(new Entry(arrivals++, topic, partition, offset, event));
            if (ring.size() > history) {
                Entry gone = ring.removeFirst();
                reachesBackTo = reachesBackTo.after(topic, gone.partition(), gone.offset());
            }
            watching = lineUp(event);
        }
        watching.forEach(FeedWatcher::tell);
    }

    /**
     * The image is forgotten: its decisions until now are shown to nobody who comes from now on, nor is what else happened
     * to it up to that instant. Called by the decisions' tail only.
     */
    void forget(TenantKey image, Instant at) {
        synchronized (lock) {
            forgotten.add(image, at);
            drop(FeedTopic.DECISIONS, happened -> happened.image().equals(image));
            drop(FeedTopic.VERDICTS, forgotten::covers);
            drop(FeedTopic.AUDITS, forgotten::covers);
        }
    }

    /** The verdicts on an image that came until now are erased, whoever's it is. Called by the verdicts' tail only. */
    void forgetVerdicts(String imageId) {
        synchronized (lock) {
            drop(FeedTopic.VERDICTS, happened -> happened.image().id().equals(imageId));
        }
    }

    private void drop(FeedTopic topic, Predicate<FeedEvent.Happened> those) {
        rings.get(topic)
                .removeIf(entry -> entry.event().happened().filter(those).isPresent());
    }

    /** Tells every client that the feed lives, and how far it is. */
    void beat() {
        List<FeedWatcher> watching;
        synchronized (lock) {
            watching = lineUp(new FeedEvent.Beat(now));
        }
        watching.forEach(FeedWatcher::tell);
    }

    private List<FeedWatcher> lineUp(FeedEvent event) {
        clients.forEach(client -> client.add(event));
        return List.copyOf(clients);
    }

    /**
     * The newest verdicts that fit, newest first.
     *
     * @param limit at most so many
     * @param before only what lies before this place; without it up to the newest
     */
    public Recent recent(int limit, Optional<FeedCursor> before, FeedFilter filter) {
        var found = new ArrayList<VerdictDocument>();
        FeedCursor last = null;
        synchronized (lock) {
            var newestFirst = rings.get(FeedTopic.VERDICTS).descendingIterator();
            while (newestFirst.hasNext()) {
                Entry entry = newestFirst.next();
                boolean wanted = before.map(place -> entry.offset() < place.next(entry.topic(), entry.partition()))
                        .orElse(true);
                if (wanted && entry.event().passes(filter) && entry.event() instanceof FeedEvent.Arrived arrived) {
                    if (found.size() == limit) {
                        return new Recent(found, Optional.of(last));
                    }
                    found.add(arrived.verdict());
                    last = arrived.cursor().before(entry.topic(), entry.partition(), entry.offset());
                }
            }
        }
        return new Recent(found, Optional.empty());
    }

    /**
     * A page of verdicts, newest first.
     *
     * @param next where the next page begins; empty on the last one
     */
    public record Recent(List<VerdictDocument> verdicts, Optional<FeedCursor> next) {}

    /**
     * Watches: an {@link FeedEvent.Opened}, then what came after {@code from} as far as the rings reach (the whole rings
     * without it), then what comes. Ends where the client does not keep up. Takes a seat at once, which is free again when
     * the subscription ends: the answer must be subscribed to once.
     *
     * @throws FeedFullException where as many watch as may
     */
    public Multi<FeedEvent> watch(Optional<FeedCursor> from, FeedFilter filter) {
        synchronized (lock) {
            if (seats >= maxClients) {
                throw new FeedFullException(maxClients);
            }
            seats++;
        }
        return Multi.createFrom()
                .<FeedEvent>emitter(emitter -> open(emitter, from, filter), BackPressureStrategy.IGNORE)
                .onOverflow() // fails at once and lets go of what waits; the emitter's own buffer would deliver it
                // first
                .buffer(filter.topics().size() * history + clientBuffer)
                .onFailure(BackPressureFailure.class)
                .invoke(onCut);
    }

    /** How many watch. */
    public int watching() {
        synchronized (lock) {
            return clients.size();
        }
    }

    private void open(MultiEmitter<? super FeedEvent> emitter, Optional<FeedCursor> from, FeedFilter filter) {
        var client = new FeedWatcher(emitter, filter);
        synchronized (lock) {
            clients.add(client);
            welcome(client, from.orElse(reachesBackTo));
        }
        emitter.onTermination(() -> {
            synchronized (lock) {
                if (clients.remove(client)) {
                    seats--;
                }
            }
        });
        client.tell();
    }

    private void welcome(FeedWatcher client, FeedCursor place) {
        client.add(new FeedEvent.Opened(place));
        if (place.isBehind(reachesBackTo, client.filter().topics())) {
            client.add(new FeedEvent.Gap(place));
        }
        rings.values().stream()
                .flatMap(Collection::stream)
                .filter(entry -> entry.offset() >= place.next(entry.topic(), entry.partition()))
                .sorted(Comparator.comparingLong(Entry::arrival)) // so that the cursors only move forwards
                .forEach(entry -> client.add(entry.event()));
    }

    /** An event in its ring, with its place among all that arrived and in its topic. */
    private record Entry(long arrival, FeedTopic topic, int partition, long offset, FeedEvent event) {}
}

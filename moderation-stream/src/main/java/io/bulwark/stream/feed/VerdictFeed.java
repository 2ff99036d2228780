package io.bulwark.stream.feed;

import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import io.bulwark.stream.feed.FeedEvent.FeedFilter;
import io.bulwark.stream.feed.FeedEvent.Item;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The latest verdicts, audits and decisions, and the clients that watch. One thread for each topic publishes; any
 * thread may subscribe. A slow client delays no other: when its buffer is full its stream ends, and it comes back with
 * its cursor.
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
    private int seats; // of clients, and of calls about to subscribe
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

    /** Adds an item. Called by its topic's tail only, in the order of the offsets of each partition. */
    void publish(Item item, int partition, long offset) {
        FeedTopic topic = item.topic();
        List<FeedWatcher> watching;
        synchronized (lock) {
            now = now.after(topic, partition, offset);
            var event = new FeedEvent.Shown(item, now);
            if (topic == FeedTopic.AUDITS && forgotten.covers(item)) {
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
     * Forgets an image: new clients get neither its decisions until now, nor its other records up to that instant.
     * Called by the decisions' tail only.
     */
    void forget(TenantKey image, Instant at) {
        synchronized (lock) {
            forgotten.add(image, at);
            drop(FeedTopic.DECISIONS, item -> item.image().equals(image));
            drop(FeedTopic.VERDICTS, forgotten::covers);
            drop(FeedTopic.AUDITS, forgotten::covers);
        }
    }

    /** Erases the verdicts on an image until now, in every tenant. Called by the verdicts' tail only. */
    void forgetVerdicts(String imageId) {
        synchronized (lock) {
            drop(FeedTopic.VERDICTS, item -> item.image().id().equals(imageId));
        }
    }

    private void drop(FeedTopic topic, Predicate<Item> those) {
        rings.get(topic).removeIf(entry -> those.test(entry.event().item()));
    }

    /** Sends every client a sign of life and its place. */
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
     * The newest verdicts that fit, newest first.     * @param limit of verdicts
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
                if (wanted && filter.shows(entry.event().item())) {
                    if (found.size() == limit) {
                        return new Recent(found, Optional.of(last));
                    }
                    found.add((VerdictDocument) entry.event().item().document());
                    last = entry.event().cursor().before(entry.topic(), entry.partition(), entry.offset());
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
     * Watches: an {@link FeedEvent.Opened}, then the records after {@code from} as far as the rings reach (the
     * whole rings without it), then new ones. Ends where the client does not keep up. Takes a seat at once, which is
     * free again when the subscription ends: the answer must be subscribed to once.
     *
     * @throws ProblemException where as many watch as may
     */
    public Multi<FeedEvent> watch(Optional<FeedCursor> from, FeedFilter filter) {
        synchronized (lock) {
            Problem.FEED_FULL.when(
                    seats >= maxClients,
                    maxClients + " clients watch the feed already, which is bulwark.stream.feed.max-clients.");
            seats++;
        }
        return Multi.createFrom()
                .<FeedEvent>emitter(emitter -> open(emitter, from, filter), BackPressureStrategy.IGNORE)
                .onOverflow() // fails at once; the emitter's own buffer would deliver what waits first
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
        if (place.isBehind(reachesBackTo, client.filter.topics())) {
            client.add(new FeedEvent.Gap(place));
        }
        rings.values().stream()
                .flatMap(Collection::stream)
                .filter(entry -> entry.offset() >= place.next(entry.topic(), entry.partition()))
                .sorted(Comparator.comparingLong(Entry::arrival)) // so that the cursors only move forwards
                .forEach(entry -> client.add(entry.event()));
    }

    /** An event in its ring, with its place among all that arrived and in its topic. */
    private record Entry(long arrival, FeedTopic topic, int partition, long offset, FeedEvent.Shown event) {}

    /**
     * One client. Events are lined up under the feed's lock, which makes their order, and emitted outside of it, by one
     * thread at a time. Emitted events wait in the bounded buffer behind the emitter.
     */
    private static final class FeedWatcher {

        private final MultiEmitter<? super FeedEvent> emitter;
        private final FeedFilter filter;
        private final Queue<FeedEvent> line = new ConcurrentLinkedQueue<>();
        private final AtomicInteger asked = new AtomicInteger();

        FeedWatcher(MultiEmitter<? super FeedEvent> emitter, FeedFilter filter) {
            this.emitter = emitter;
            this.filter = filter;
        }

        /** Lines an event up, where the filter shows it. Under the feed's lock. */
        void add(FeedEvent event) {
            if (!(event instanceof FeedEvent.Shown shown) || filter.shows(shown.item())) {
                line.add(event);
            }
        }

        /** Emits what is lined up, unless another thread is emitting: then that one does it. */
        void tell() {
            if (asked.getAndIncrement() > 0) {
                return;
            }
            int seen = 1;
            do {
                for (FeedEvent event = line.poll(); event != null; event = line.poll()) {
                    emitter.emit(event);
                }
                seen = asked.addAndGet(-seen);
            } while (seen > 0);
        }
    }

    /**
     * The images forgotten last, and when: one topic's tail may be behind another's and read records from before. Under
     * the feed's lock.
     */
    private static final class ForgottenImages {

        private final Map<TenantKey, Instant> at;

        ForgottenImages(int most) {
            at = new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<TenantKey, Instant> eldest) {
                    return size() > most;
                }
            };
        }

        void add(TenantKey image, Instant then) {
            at.merge(image, then, (known, later) -> known.isAfter(later) ? known : later);
        }

        /** Whether the item is from before its image was forgotten. */
        boolean covers(Item item) {
            Instant end = at.get(item.image());
            return end != null && !item.at().isAfter(end);
        }
    }
}

package io.bulwark.stream.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Keys of another store in the order of an instant, such as that of their expiry. Finding what is due costs as much as
 * there is of it, however large the store is. The stream thread that owns the store calls.
 */
public final class AgeIndex {

    private static final byte[] NOTHING = {1};
    private static final int INSTANT_CHARACTERS = 16;

    private static final long LEAST_A_SWEEP = 1_000;

    private final KeyValueStore<String, byte[]> store;
    private final long leastASweep;
    private long addedSinceSweep;

    /** @param store holds the index and nothing else */
    public AgeIndex(KeyValueStore<String, byte[]> store) {
        this(store, LEAST_A_SWEEP);
    }

    /**
     * The same with another size of sweeps.
     *
     * @param leastASweep a sweep removes at least this many, and twice as many as were added since the last: so it
     *     always catches up
     */
    public AgeIndex(KeyValueStore<String, byte[]> store, long leastASweep) {
        this.store = store;
        this.leastASweep = leastASweep;
    }

    /** Adds a key. */
    public void add(Instant at, String key) {
        store.put(entry(at, key), NOTHING);
        addedSinceSweep++;
    }

    /**
     * Adds a key that a sweep removed, to be due later. It does not raise the next sweep's size: a sweep that postpones
     * all it finds would double it each time.
     */
    public void postpone(Instant later, String key) {
        store.put(entry(later, key), NOTHING);
    }

    /** Removes a key that was added with the same instant. */
    public void remove(Instant at, String key) {
        store.delete(entry(at, key));
    }

    /** Removes the oldest keys up to an instant, as many as one sweep may, and returns them, oldest first. */
    public List<Due> sweep(Instant until) {
        List<Due> due = due(until, leastASweep + 2 * addedSinceSweep);
        addedSinceSweep = 0;
        due.forEach(each -> remove(each.at(), each.key()));
        return due;
    }

    /**
     * The keys up to an instant, oldest first.
     *
     * @param until inclusive
     */
    public List<Due> due(Instant until, long limit) {
        var due = new ArrayList<Due>();
        try (KeyValueIterator<String, byte[]> entries = store.range(null, StoreKey.hex(until.toEpochMilli() + 1))) {
            while (entries.hasNext() && due.size() < limit) {
                due.add(due(entries.next().key));
            }
        }
        return due;
    }

    /**
     * Shows the keys of an index, newest first. Any thread.
     *
     * @param store holds the index
     * @param since inclusive
     * @param goesOn gets each key, and says whether another should follow
     */
    public static void newestFirst(ReadOnlyKeyValueStore<String, byte[]> store, Instant since, Predicate<Due> goesOn) {
        try (KeyValueIterator<String, byte[]> entries = store.reverseRange(StoreKey.hex(since.toEpochMilli()), null)) {
            while (entries.hasNext() && goesOn.test(due(entries.next().key))) {}
        }
    }

    private static Due due(String entry) {
        long at = Long.parseLong(entry.substring(0, INSTANT_CHARACTERS), 16);
        return new Due(Instant.ofEpochMilli(at), entry.substring(INSTANT_CHARACTERS));
    }

    private static String entry(Instant at, String key) {
        return StoreKey.hex(at.toEpochMilli()) + key;
    }

    /** A key, and the instant with which it was added. */
    public record Due(Instant at, String key) {}
}

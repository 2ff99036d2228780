package io.bulwark.stream.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keys of another store in the order of an instant, such as that of their expiry. Finding what is due costs as much as
 * there is of it, however large the store is. The stream thread that owns the store calls.
 */
public final class AgeIndex {

    private static final byte[] NOTHING = {1};
    private static final int INSTANT_CHARACTERS = 16;

    private final KeyValueStore<String, byte[]> store;

    /** @param store holds the index and nothing else */
    public AgeIndex(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Adds a key. */
    public void add(Instant at, String key) {
        store.put(entry(at, key), NOTHING);
    }

    /** Removes a key that was added with the same instant. */
    public void remove(Instant at, String key) {
        store.delete(entry(at, key));
    }

    /**
     * The keys up to an instant, oldest first.
     *
     * @param until inclusive
     * @param limit at most so many
     */
    public List<Due> due(Instant until, long limit) {
        var due = new ArrayList<Due>();
        try (KeyValueIterator<String, byte[]> entries = store.range(null, StoreKey.hex(until.toEpochMilli() + 1))) {
            while (entries.hasNext() && due.size() < limit) {
                KeyValue<String, byte[]> entry = entries.next();
                long at = Long.parseLong(entry.key.substring(0, INSTANT_CHARACTERS), 16);
                due.add(new Due(Instant.ofEpochMilli(at), entry.key.substring(INSTANT_CHARACTERS)));
            }
        }
        return due;
    }

    private static String entry(Instant at, String key) {
        return StoreKey.hex(at.toEpochMilli()) + key;
    }

    /**
     * A key that is due.
     *
     * @param at as it was added
     */
    public record Due(Instant at, String key) {}
}

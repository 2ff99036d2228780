package io.bulwark.stream.topology;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Removes verdicts past their retention, a bounded number of entries at a time so that the stream never pauses for
 * long; the next call goes on where this one stopped. A key-value store has no retention of its own.
 */
final class VerdictExpiry {

    /** Entries looked at in one call: some 50 ms of work. */
    static final int ENTRIES_A_SWEEP = 5_000;

    private final KeyValueStore<String, StoredVerdict> store;
    private final Duration retention;
    private final int entriesASweep;
    private String resumeAt;

    VerdictExpiry(KeyValueStore<String, StoredVerdict> store, Duration retention, int entriesASweep) {
        this.store = store;
        this.retention = retention;
        this.entriesASweep = entriesASweep;
    }

    /**
     * Looks at the next entries in the order of their keys.
     *
     * @return how many were removed
     */
    long sweep(Instant now) {
        Instant oldest = now.minus(retention);
        long removed = 0;
        int seen = 0;
        try (KeyValueIterator<String, StoredVerdict> entries = store.range(resumeAt, null)) {
            while (entries.hasNext() && seen++ < entriesASweep) {
                KeyValue<String, StoredVerdict> entry = entries.next();
                if (entry.value.verdict().getDecidedAt().isBefore(oldest)) {
                    store.delete(entry.key);
                    removed++;
                }
            }
            resumeAt = entries.hasNext() ? entries.peekNextKey() : null;
        }
        return removed;
    }
}

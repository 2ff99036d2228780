package io.bulwark.perception.bank;

import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.ListedHash;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The present content of a bank as events tell it, and the snapshots made of it. A put replaces what has the same id, so
 * the order of a compacted topic is all that counts; a reference disabled until some moment stays here without voting
 * and comes back by itself.
 *
 * <p>Not thread-safe: the thread that reads the events owns it. Its snapshots go to any thread.
 */
public final class BankBuilder {

    private final String modelFingerprint;
    private final int dimension;
    private final Clock clock;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<String, ListedEntry> hashes = new TreeMap<>();

    private Map<String, HashList> lists = Map.of();
    private boolean listsChanged;
    private boolean changed = true;
    private Instant snapshotAt = Instant.MIN;

    /**
     * @param modelFingerprint the encoder whose references these are
     * @param dimension of that encoder's embeddings
     * @param clock decides which references are disabled now
     */
    public BankBuilder(String modelFingerprint, int dimension, Clock clock) {
        this.modelFingerprint = modelFingerprint;
        this.dimension = dimension;
        this.clock = clock;
    }

    /** @throws InvalidReferenceException if no bank of this dimension takes the reference; the content is unchanged */
    public void put(LabelledEmbedding reference) {
        put(reference, Instant.MIN);
    }

    /**
     * Puts a reference that does not vote before a moment.
     *
     * @throws InvalidReferenceException if no bank of this dimension takes the reference; the content is unchanged
     */
    public void put(LabelledEmbedding reference, Instant disabledUntil) {
        UnitRow.check(reference, dimension, UnitRow.TOLERANCE);
        entries.put(reference.id(), new Entry(reference, disabledUntil));
        changed = true;
    }

    /** Keeps a reference from voting before a moment; false where the bank has no such reference. */
    public boolean disable(String id, Instant until) {
        Entry present = entries.computeIfPresent(id, (key, entry) -> new Entry(entry.reference(), until));
        changed |= present != null;
        return present != null;
    }

    /** Removes a reference; false where the bank has no such reference. */
    public boolean remove(String id) {
        boolean removed = entries.remove(id) != null;
        changed |= removed;
        return removed;
    }

    /**
     * Puts an entry of a hash list in the place of what stood under the same key.
     *
     * @param key unique among the entries of hash lists
     * @param disabledUntil it is unknown before this moment
     */
    public void put(String key, ListedHash hash, Instant disabledUntil) {
        hashes.put(key, new ListedEntry(hash, disabledUntil));
        listsChanged = true;
        changed = true;
    }

    /** Removes an entry of a hash list; false where the bank has no such entry. */
    public boolean removeHash(String key) {
        boolean removed = hashes.remove(key) != null;
        listsChanged |= removed;
        changed |= removed;
        return removed;
    }

    /** References held, the disabled ones included. */
    public int size() {
        return entries.size();
    }

    /** When the next disabled reference comes back; the owner takes a snapshot then. Empty where none is disabled. */
    public Optional<Instant> nextExpiry() {
        Instant now = clock.instant();
        return moments().filter(until -> until.isAfter(now)).min(Instant::compareTo);
    }

    /** Whether a snapshot taken now may differ from the last one: an event came, or a reference came back. */
    public boolean isStale() {
        if (changed) {
            return true;
        }
        Instant now = clock.instant();
        return moments().anyMatch(until -> until.isAfter(snapshotAt) && !until.isAfter(now));
    }

    /** Sorted anew only where an entry changed or came back: a list may have a million. */
    private Map<String, HashList> listsAt(Instant now) {
        boolean someCameBack = hashes.values().stream()
                .anyMatch(entry -> entry.disabledUntil().isAfter(snapshotAt)
                        && !entry.disabledUntil().isAfter(now));
        if (listsChanged || someCameBack) {
            lists = KnownHashes.byLabel(hashes.values().stream()
                    .filter(entry -> !entry.disabledUntil().isAfter(now))
                    .map(ListedEntry::hash)
                    .toList());
            listsChanged = false;
        }
        return lists;
    }

    private Stream<Instant> moments() {
        return Stream.concat(
                entries.values().stream().map(Entry::disabledUntil),
                hashes.values().stream().map(ListedEntry::disabledUntil));
    }

    /** The references that vote now, as a bank. The caller closes it. */
    public MatrixBank snapshot() {
        Instant now = clock.instant();
        List<LabelledEmbedding> voting = entries.values().stream()
                .filter(entry -> !entry.disabledUntil().isAfter(now))
                .map(Entry::reference)
                .toList();
        MatrixBank bank = MatrixBank.of(modelFingerprint, voting, listsAt(now));
        changed = false;
        snapshotAt = now;
        return bank;
    }

    /** @param disabledUntil the entry is known from this moment on */
    private record ListedEntry(ListedHash hash, Instant disabledUntil) {}

    /** @param disabledUntil the reference votes from this moment on */
    private record Entry(LabelledEmbedding reference, Instant disabledUntil) {}
}

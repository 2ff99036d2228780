package io.bulwark.perception.bank;

import io.bulwark.perception.bank.BankContents.StoredReference;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.rows.RowStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The present content of a bank as events tell it, and the snapshots made of it. A put replaces what has the same id, so
 * the order of a compacted topic is all that counts; a reference disabled until some moment stays here without voting
 * and comes back by itself. An event costs its own reference; a snapshot costs the changes since the last.
 *
 * <p>Not thread-safe: the thread that reads the events owns it. Its snapshots go to any thread, and outlive it.
 */
public final class BankBuilder implements AutoCloseable {

    private final int dimension;
    private final PlainRows plain;
    private final Clock clock;
    private final BankContents voting;
    private final RowStore<StoredReference> disabled;
    /** Enabled and disabled references, by id. */
    private final Map<String, StoredReference> references = new HashMap<>();

    /** Ids of ignored references, which are of one colour. */
    private final Set<String> plainReferences = new HashSet<>();

    private final Map<String, DisabledReference> disabledReferences = new HashMap<>();
    private final Map<String, ListedEntry> hashes = new TreeMap<>();
    /** What comes back, and entries of hash lists that expire, the first to do so first. */
    private final TreeSet<Return> returns = new TreeSet<>(Return.ORDER);

    private final ListedEntries listed = new ListedEntries();
    private boolean changed = true;

    /**
     * @param modelFingerprint the encoder whose references these are
     * @param dimension of that encoder's embeddings
     * @param clock decides which references are disabled now
     */
    public BankBuilder(String modelFingerprint, int dimension, Clock clock) {
        this(modelFingerprint, dimension, PlainRows.NONE, clock);
    }

    /**
     * A bank without the rows of plain pictures.
     *
     * @param modelFingerprint the encoder whose references these are
     * @param dimension of that encoder's embeddings
     * @param plain of that encoder; such references are ignored, and such variants
     * @param clock decides which references are disabled now
     */
    public BankBuilder(String modelFingerprint, int dimension, PlainRows plain, Clock clock) {
        this.dimension = dimension;
        this.plain = plain;
        this.clock = clock;
        voting = new BankContents(modelFingerprint, dimension);
        disabled = new RowStore<>(dimension);
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
        remove(reference.id());
        plain.without(reference)
                .ifPresentOrElse(kept -> add(kept, disabledUntil), () -> plainReferences.add(reference.id()));
    }

    /** Keeps a reference from voting before a moment; false where the bank has no such reference. */
    public boolean disable(String id, Instant until) {
        Optional<LabelledEmbedding> present = take(id);
        present.ifPresent(reference -> add(reference, until));
        return present.isPresent();
    }

    /** Removes a reference; false where the bank has no such reference. */
    public boolean remove(String id) {
        return plainReferences.remove(id) || take(id).isPresent();
    }

    /** References that are ignored, because they are of pictures of one colour. */
    public int plain() {
        return plainReferences.size();
    }

    private void add(LabelledEmbedding reference, Instant disabledUntil) {
        if (disabledUntil.isAfter(clock.instant())) {
            StoredReference stored = new StoredReference(reference, reference.label());
            disabled.add(stored, reference.rows());
            disabledReferences.put(reference.id(), new DisabledReference(stored, disabledUntil));
            returns.add(new Return(disabledUntil, false, reference.id()));
        } else {
            references.put(reference.id(), voting.add(reference));
        }
        changed = true;
    }

    private Optional<LabelledEmbedding> take(String id) {
        StoredReference present = references.remove(id);
        if (present != null) {
            changed = true;
            return Optional.of(voting.remove(present));
        }
        DisabledReference absent = disabledReferences.remove(id);
        if (absent == null) {
            return Optional.empty();
        }
        changed = true;
        returns.remove(new Return(absent.until(), false, id));
        LabelledEmbedding reference = absent.stored().with(disabled.rows(absent.stored()));
        disabled.remove(absent.stored());
        return Optional.of(reference);
    }

    /** Puts an entry of a hash list that never expires. */
    public void put(String key, ListedHash hash, Instant disabledUntil) {
        put(key, hash, disabledUntil, Instant.MAX);
    }

    /**
     * Puts an entry of a hash list in the place of what stood under the same key.
     *
     * @param key unique among the entries of hash lists
     * @param disabledUntil it is unknown before this moment
     * @param expiresAt it is unknown from this moment on
     */
    public void put(String key, ListedHash hash, Instant disabledUntil, Instant expiresAt) {
        removeHash(key);
        Instant now = clock.instant();
        ListedEntry entry = new ListedEntry(hash, disabledUntil, expiresAt);
        hashes.put(key, entry);
        entry.turns(now).forEach(at -> returns.add(new Return(at, true, key)));
        entry.list(now, listed);
        changed = true;
    }

    /** Removes an entry of a hash list; false where the bank has no such entry. */
    public boolean removeHash(String key) {
        ListedEntry removed = hashes.remove(key);
        if (removed == null) {
            return false;
        }
        returns.remove(new Return(removed.disabledUntil(), true, key));
        returns.remove(new Return(removed.expiresAt(), true, key));
        removed.list(Instant.MAX, listed);
        changed = true;
        return true;
    }

    /** References held, the disabled ones included. */
    public int size() {
        return references.size() + disabledReferences.size();
    }

    /** Bytes of native memory that its rows have room for. */
    public long bytes() {
        return voting.bytes() + disabled.bytes();
    }

    /** When the next disabled reference comes back, or an entry of a list expires; the owner takes a snapshot then. */
    public Optional<Instant> nextExpiry() {
        Instant now = clock.instant();
        return returns.stream().map(Return::at).filter(at -> at.isAfter(now)).findFirst();
    }

    /** Whether a snapshot taken now may differ from the last one: an event came, or a reference came back. */
    public boolean isStale() {
        return changed || isBack(clock.instant());
    }

    private boolean isBack(Instant now) {
        return !returns.isEmpty() && !returns.first().at().isAfter(now);
    }

    private void takeBack(Instant now) {
        while (isBack(now)) {
            Return back = returns.pollFirst();
            if (back.ofList()) {
                hashes.get(back.key()).list(now, listed);
            } else {
                take(back.key()).ifPresent(reference -> add(reference, Instant.MIN));
            }
        }
    }

    /** The references that vote now, as a bank. The caller closes it. */
    public MatrixBank snapshot() {
        Instant now = clock.instant();
        takeBack(now);
        MatrixBank bank = voting.snapshot(listed);
        changed = false;
        return bank;
    }

    /** Lets all content go; what it made snapshots of stays in them. */
    @Override
    public void close() {
        voting.close();
        disabled.close();
    }

    /** An entry of a hash list and whether it is known now. */
    private static final class ListedEntry {

        private final ListedHash hash;
        private final Instant disabledUntil;
        private final Instant expiresAt;
        private boolean isListed;

        /**
         * @param disabledUntil the entry is known from this moment on
         * @param expiresAt and unknown from this one on
         */
        private ListedEntry(ListedHash hash, Instant disabledUntil, Instant expiresAt) {
            this.hash = hash;
            this.disabledUntil = disabledUntil;
            this.expiresAt = expiresAt;
        }

        Instant disabledUntil() {
            return disabledUntil;
        }

        Instant expiresAt() {
            return expiresAt;
        }

        /** Adds it to the known ones or takes it away, as it is at a moment; at the end of time it is unknown. */
        void list(Instant now, ListedEntries known) {
            boolean isKnown = !disabledUntil.isAfter(now) && expiresAt.isAfter(now);
            if (isKnown && !isListed) {
                known.add(hash);
            } else if (!isKnown && isListed) {
                known.remove(hash);
            }
            isListed = isKnown;
        }

        /** When it will come and go. */
        Stream<Instant> turns(Instant now) {
            return Stream.of(disabledUntil, expiresAt).filter(at -> at.isAfter(now) && !at.equals(Instant.MAX));
        }
    }

    /** @param until the reference votes from this moment on */
    private record DisabledReference(StoredReference stored, Instant until) {}

    /**
     * @param key of the entry of a hash list, or the reference's id
     * @param ofList which of the two
     */
    private record Return(Instant at, boolean ofList, String key) {

        private static final Comparator<Return> ORDER =
                Comparator.comparing(Return::at).thenComparing(Return::ofList).thenComparing(Return::key);
    }
}

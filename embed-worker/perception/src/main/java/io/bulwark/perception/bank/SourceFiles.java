package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The files that references were made from. It changes with one reference at a time, and what was seen of it does not: files
 * stand in buckets by their hash's first bits, and a bucket that changes is copied. Owned by one thread.
 */
final class SourceFiles {

    private static final int FULL = 64;
    private static final StoredReference[] EMPTY = {};

    private StoredReference[][] buckets = {EMPTY};
    private boolean bucketsAreSeen;
    private int size;

    void add(StoredReference reference) {
        if (reference.source().isEmpty()) {
            return;
        }
        if (++size > FULL * buckets.length) {
            grow();
        }
        int bucket = bucket(buckets, reference.source().get());
        put(bucket, appended(buckets[bucket], reference));
    }

    void remove(StoredReference reference) {
        if (reference.source().isEmpty()) {
            return;
        }
        size--;
        int bucket = bucket(buckets, reference.source().get());
        put(bucket, without(buckets[bucket], reference));
    }

    private void put(int bucket, StoredReference[] content) {
        if (bucketsAreSeen) {
            buckets = buckets.clone();
            bucketsAreSeen = false;
        }
        buckets[bucket] = content;
    }

    private void grow() {
        StoredReference[][] more = new StoredReference[2 * buckets.length][];
        Arrays.fill(more, EMPTY);
        for (StoredReference[] content : buckets) {
            for (StoredReference reference : content) {
                int bucket = bucket(more, reference.source().orElseThrow());
                more[bucket] = appended(more[bucket], reference);
            }
        }
        buckets = more;
        bucketsAreSeen = false;
    }

    /** The number of buckets is a power of two. */
    private static int bucket(StoredReference[][] buckets, Sha256 file) {
        return (int) (file.first() & (buckets.length - 1));
    }

    private static StoredReference[] appended(StoredReference[] content, StoredReference reference) {
        StoredReference[] more = Arrays.copyOf(content, content.length + 1);
        more[content.length] = reference;
        return more;
    }

    private static StoredReference[] without(StoredReference[] content, StoredReference reference) {
        return Arrays.stream(content).filter(each -> each != reference).toArray(StoredReference[]::new);
    }

    /** What is there now, and stays so. */
    Seen seen() {
        bucketsAreSeen = true;
        return new Seen(buckets);
    }

    /** The files at one moment. Immutable; any thread. */
    static final class Seen {

        private final StoredReference[][] buckets;

        private Seen(StoredReference[][] buckets) {
            this.buckets = buckets;
        }

        /** The references made from a file, in the order of their labels; of one label that with the lowest id. */
        List<StoredReference> of(Sha256 file) {
            TreeMap<String, StoredReference> byLabel = new TreeMap<>();
            for (StoredReference reference : buckets[bucket(buckets, file)]) {
                if (reference.source().orElseThrow().equals(file)) {
                    byLabel.merge(reference.label(), reference, SourceFiles::lower);
                }
            }
            return List.copyOf(byLabel.values());
        }
    }

    private static StoredReference lower(StoredReference one, StoredReference other) {
        return Comparator.comparing(StoredReference::id).compare(one, other) <= 0 ? one : other;
    }
}

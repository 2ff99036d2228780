package io.bulwark.perception.bank;

import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.rows.RowStore;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The references that vote, which change one by one, and the snapshots made of them. Owned by one thread. */
final class BankContents implements AutoCloseable {

    private final String modelFingerprint;
    private final int dimension;
    private final RowStore<StoredReference> rows;
    private final BankVersion version = new BankVersion();
    private final SourceFiles files = new SourceFiles();
    private final Map<String, Label> labels = new HashMap<>();
    private int size;

    /** @param dimension of the embeddings; 0 where there will be none */
    BankContents(String modelFingerprint, int dimension) {
        this.modelFingerprint = modelFingerprint;
        this.dimension = dimension;
        rows = new RowStore<>(dimension);
    }

    /** Adds a reference whose id no other has. */
    StoredReference add(LabelledEmbedding reference) {
        Label label = labels.computeIfAbsent(reference.label(), Label::new);
        label.references++;
        StoredReference stored = new StoredReference(reference, label.name);
        rows.add(stored, reference.rows());
        version.add(reference);
        files.add(stored);
        size++;
        return stored;
    }

    /** Removes a reference that was added, and returns it. */
    LabelledEmbedding remove(StoredReference stored) {
        LabelledEmbedding reference = stored.with(rows.rows(stored));
        rows.remove(stored);
        version.remove(reference);
        files.remove(stored);
        size--;
        if (--labels.get(stored.label()).references == 0) {
            labels.remove(stored.label());
        }
        return reference;
    }

    /** Bytes of native memory that there is room for. */
    long bytes() {
        return rows.bytes();
    }

    /**
     * What votes now. The caller closes it.
     *
     * @param listed entries of hash lists by their labels
     */
    MatrixBank snapshot(Map<String, HashList> listed) {
        Set<String> names = Collections.unmodifiableSet(new TreeSet<>(labels.keySet()));
        return new MatrixBank(
                modelFingerprint,
                version.hex(KnownHashes.version(listed)),
                size == 0 ? 0 : dimension,
                size,
                names,
                new KnownHashes(files.seen(), listed),
                rows.snapshot());
    }

    @Override
    public void close() {
        rows.close();
    }

    /** A label, once in memory, and how many references have it. */
    private static final class Label {
        private final String name;
        private int references;

        private Label(String name) {
            this.name = name;
        }
    }
}

package io.bulwark.perception.bank;

import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.BankContents.StoredReference;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException.Problem;
import io.bulwark.perception.bank.TopCandidates.ExactRows;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.rows.RowSnapshot;
import io.bulwark.perception.rows.RowSnapshot.Estimates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A bank as a matrix of unit rows, of each reference its own before its variants', searched by one matrix product and a
 * top-k of references.
 *
 * <p>The rows lie in native memory ({@link io.bulwark.perception.rows}), shared with the snapshots before and after it and
 * freed by the last {@link #close()}. Searching and closing exclude each other, so that a snapshot may be closed by the
 * thread that replaces it.
 */
public final class MatrixBank implements Bank {

    private static final int QUERY_BLOCK = 64;

    /** Rows that a query leaves open before they are looked at exactly: more than any does whose neighbours differ. */
    private static final int MOST_OPEN = 4096;

    private final Facts facts;
    private final KnownHashes hashes;
    private final RowSnapshot<StoredReference> matrix;

    private boolean closed; // guarded by this
    private long opened; // guarded by this
    private long cosines; // guarded by this

    MatrixBank(Facts facts, KnownHashes hashes, RowSnapshot<StoredReference> matrix) {
        this.facts = facts;
        this.hashes = hashes;
        this.matrix = matrix;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    /**
     * A bank of these references, in whatever order they come. An empty list gives an empty bank of dimension 0.
     *
     * @throws InvalidReferenceException naming the first reference that has a blank id or label, an id that another has,
     *     another dimension than the first, or an embedding that is not finite or not of length 1 within 0.001
     */
    public static MatrixBank of(String modelFingerprint, List<LabelledEmbedding> references) {
        return of(modelFingerprint, references, new ListedEntries());
    }

    /**
     * As the other, with entries of hash lists.
     *
     * @param listed hashes of known content
     */
    public static MatrixBank of(
            String modelFingerprint, List<LabelledEmbedding> references, Collection<? extends ListedHash> listed) {
        return of(modelFingerprint, references, ListedEntries.of(listed));
    }

    private static MatrixBank of(String modelFingerprint, List<LabelledEmbedding> references, ListedEntries listed) {
        int dimension = references.isEmpty() ? 0 : references.get(0).embedding().length;
        Set<String> ids = new HashSet<>();
        for (LabelledEmbedding reference : references) {
            UnitRow.check(reference, dimension, UnitRow.TOLERANCE);
            if (!ids.add(reference.id())) {
                throw new InvalidReferenceException(
                        reference.id(), Problem.DUPLICATE_ID, "another reference of the bank has the same id");
            }
        }
        try (BankContents contents = new BankContents(modelFingerprint, dimension)) {
            references.forEach(contents::add);
            return contents.snapshot(listed);
        }
    }

    @Override
    public List<HashMatch> known(ContentHashes content) {
        return hashes.find(content);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the bank is closed
     */
    @Override
    public synchronized List<LabelledEmbedding> references(int mostRows) {
        checkOpen();
        Set<StoredReference> sample = new EvenSample(mostRows).of(matrix.owners());
        List<LabelledEmbedding> references = new ArrayList<>(sample.size());
        matrix.forEach(sample, (reference, rows) -> references.add(reference.with(rows)));
        references.sort(Comparator.comparing(LabelledEmbedding::id));
        return references;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("Bank " + version() + " is closed: search the snapshot that replaced it");
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the queries are fewer than said, or one of them is not a unit row
     * @throws IllegalStateException if the bank is closed
     */
    @Override
    public synchronized List<NearReferences> near(float[] queries, int count, int k) {
        checkOpen();
        if (k < 1) {
            throw new IllegalArgumentException("k is " + k + ", allowed is 1 or more");
        }
        if (size() == 0) {
            return java.util.Collections.nCopies(count, new NearReferences(List.of()));
        }
        checkQueries(queries, count);
        List<NearReferences> near = new ArrayList<>(count);
        for (int from = 0; from < count; from += QUERY_BLOCK) {
            search(queries, from, Math.min(QUERY_BLOCK, count - from), Math.min(k, size()), near);
        }
        return near;
    }

    private void search(float[] queries, int from, int count, int k, List<NearReferences> near) {
        float[] block = Arrays.copyOfRange(queries, from * dimension(), (from + count) * dimension());
        ExactRows exact = new ExactRows(block, dimension());
        TopCandidates[] candidates = new TopCandidates[count];
        Arrays.setAll(candidates, i -> new TopCandidates(k, MOST_OPEN, rows() != size(), exact.of(i)));
        matrix.estimate(block, count, new RowSnapshot.Taker<>() {

            @Override
            public double about() {
                return Arrays.stream(candidates)
                        .mapToDouble(TopCandidates::wanted)
                        .average()
                        .orElseThrow();
            }

            @Override
            public void take(int query, Estimates<StoredReference> estimates) {
                candidates[query].offer(estimates);
            }
        });
        for (TopCandidates each : candidates) {
            near.add(new NearReferences(each.nearest(), each.mostAlike()));
        }
        opened += exact.opened();
        cosines += exact.cosines();
    }

    /** Rows that searches have looked at so far. */
    synchronized long opened() {
        return opened;
    }

    /** Cosines that searches have computed so far, beside their estimates. */
    synchronized long cosines() {
        return cosines;
    }

    private void checkQueries(float[] queries, int count) {
        if (queries.length < count * dimension()) {
            throw new IllegalArgumentException(queries.length + " values are no " + count + " queries of dimension "
                    + dimension() + ", the bank's: embed them with the bank's model");
        }
        for (int i = 0; i < count; i++) {
            double length = UnitRow.length(queries, i * dimension(), dimension());
            if (!(Math.abs(length - 1) <= UnitRow.HALF_TOLERANCE)) {
                throw new IllegalArgumentException("Query " + i + " has length " + length + ", allowed is 1 within "
                        + UnitRow.HALF_TOLERANCE + ": the encoder's output is broken");
            }
        }
    }

    /** Lets the native memory go. Waits for a search in progress. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            matrix.close();
        }
    }

    /**
     * References of a bank, up to a number of rows. Labels have equal shares; the others share what one does not need.
     * Of a label references are taken at equal distances in the order of their ids, so one bank has one sample.
     *
     * @param mostRows of all labels together
     */
    record EvenSample(int mostRows) {

        /**
         * The sample, by identity.
         *
         * @throws IllegalArgumentException if a label's share might hold no reference
         */
        Set<StoredReference> of(Collection<StoredReference> all) {
            Map<String, List<StoredReference>> labels = new TreeMap<>();
            all.forEach(reference -> labels.computeIfAbsent(reference.label(), label -> new ArrayList<>())
                    .add(reference));
            if ((long) labels.size() * LabelledEmbedding.MOST_ROWS > mostRows) {
                throw new IllegalArgumentException(mostRows + " rows are too few for " + labels.size()
                        + " labels: wanted are " + LabelledEmbedding.MOST_ROWS + " for each");
            }
            List<List<StoredReference>> smallestFirst = new ArrayList<>(labels.values());
            smallestFirst.sort(Comparator.comparing(EvenSample::rows));
            Set<StoredReference> sample = new HashSet<>();
            long left = mostRows;
            int labelsLeft = smallestFirst.size();
            for (List<StoredReference> label : smallestFirst) {
                left -= take(label, left / labelsLeft, sample);
                labelsLeft--;
            }
            return sample;
        }

        /** How many rows were taken. */
        private static long take(List<StoredReference> label, long share, Set<StoredReference> sample) {
            label.sort(Comparator.comparing(StoredReference::id));
            long all = rows(label);
            long seen = 0;
            long taken = 0;
            for (StoredReference reference : label) {
                seen += rows(reference);
                long due = all <= share ? seen : seen * share / all;
                if (taken + rows(reference) <= due) {
                    sample.add(reference);
                    taken += rows(reference);
                }
            }
            return taken;
        }

        private static long rows(List<StoredReference> references) {
            return references.stream().mapToLong(EvenSample::rows).sum();
        }

        private static int rows(StoredReference reference) {
            return 1 + reference.variants().size();
        }
    }
}

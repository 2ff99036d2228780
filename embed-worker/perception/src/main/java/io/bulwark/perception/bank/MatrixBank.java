package io.bulwark.perception.bank;

import io.bulwark.perception.bank.InvalidReferenceException.Problem;
import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.torch.RowMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A bank as an {@code [N, D]} fp32 matrix of unit rows in the order of their references' ids (by UTF-16 code unit), a
 * reference's own row before its variants', searched by one matrix product and a top-k of references.
 *
 * <p>The matrix lies in native memory ({@link RowMatrix}), freed by {@link #close()}; the rows on the heap are those of the
 * references given, shared with whoever holds them. Searching and closing exclude each other, so that a snapshot may be
 * closed by the thread that replaces it.
 */
public final class MatrixBank implements Bank {

    private static final int QUERY_BLOCK = 64;

    private final String modelFingerprint;
    private final String version;
    private final int dimension;
    private final Set<String> labels;
    private final List<LabelledEmbedding> references;
    /** The place of each row's reference among {@link #references}, ascending. */
    private final int[] referenceOf;
    /** The row of each reference that is its own. */
    private final int[] ownRow;

    private final KnownHashes hashes;
    private final RowMatrix matrix;

    private boolean closed; // guarded by this

    private MatrixBank(String modelFingerprint, int dimension, List<LabelledEmbedding> sorted, KnownHashes hashes) {
        this.modelFingerprint = modelFingerprint;
        this.dimension = dimension;
        references = sorted;
        this.hashes = hashes;
        version = BankVersion.of(sorted, hashes.version());
        Set<String> distinct = new TreeSet<>();
        sorted.forEach(reference -> distinct.add(reference.label()));
        labels = java.util.Collections.unmodifiableSet(distinct);
        ownRow = new int[sorted.size()];
        List<float[]> rows = new ArrayList<>();
        for (int reference = 0; reference < ownRow.length; reference++) {
            ownRow[reference] = rows.size();
            rows.addAll(sorted.get(reference).rows());
        }
        referenceOf = new int[rows.size()];
        for (int reference = 0; reference < ownRow.length; reference++) {
            int end = reference + 1 < ownRow.length ? ownRow[reference + 1] : referenceOf.length;
            Arrays.fill(referenceOf, ownRow[reference], end, reference);
        }
        matrix = new RowMatrix(rows, dimension);
    }

    /**
     * A bank of these references, in whatever order they come. An empty list gives an empty bank of dimension 0.
     *
     * @throws InvalidReferenceException naming the first reference that has a blank id or label, an id that another has,
     *     another dimension than the first, or an embedding that is not finite or not of length 1 within 0.001
     */
    public static MatrixBank of(String modelFingerprint, List<LabelledEmbedding> references) {
        return of(modelFingerprint, references, Map.of());
    }

    /**
     * As the other, with entries of hash lists.
     *
     * @param listed hashes of known content
     */
    public static MatrixBank of(
            String modelFingerprint, List<LabelledEmbedding> references, Collection<? extends ListedHash> listed) {
        return of(modelFingerprint, references, KnownHashes.byLabel(listed));
    }

    static MatrixBank of(String modelFingerprint, List<LabelledEmbedding> references, Map<String, HashList> listed) {
        int dimension = references.isEmpty() ? 0 : references.get(0).embedding().length;
        references.forEach(reference -> UnitRow.check(reference, dimension, UnitRow.TOLERANCE));
        List<LabelledEmbedding> sorted = references.stream()
                .sorted(Comparator.comparing(LabelledEmbedding::id))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).id().equals(sorted.get(i - 1).id())) {
                throw new InvalidReferenceException(
                        sorted.get(i).id(), Problem.DUPLICATE_ID, "another reference of the bank has the same id");
            }
        }
        return new MatrixBank(modelFingerprint, dimension, sorted, KnownHashes.of(sorted, listed));
    }

    @Override
    public List<HashMatch> known(ContentHashes content) {
        return hashes.find(content);
    }

    @Override
    public boolean knowsPictures() {
        return hashes.hasPictures();
    }

    @Override
    public String modelFingerprint() {
        return modelFingerprint;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public int size() {
        return references.size();
    }

    @Override
    public int rows() {
        return referenceOf.length;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Set<String> labels() {
        return labels;
    }

    @Override
    public List<LabelledEmbedding> references() {
        return references;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the queries are fewer than said, or one of them is not a unit row
     * @throws IllegalStateException if the bank is closed
     */
    @Override
    public synchronized List<NearReferences> near(float[] queries, int count, int k) {
        if (closed) {
            throw new IllegalStateException("Bank " + version + " is closed: search the snapshot that replaced it");
        }
        if (k < 1) {
            throw new IllegalArgumentException("k is " + k + ", allowed is 1 or more");
        }
        if (references.isEmpty()) {
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
        // |error of an fp32 dot product| <= D u / (1 - D u) for unit rows, u = 2^-24, in any order of summing
        // (Higham, Accuracy and Stability of Numerical Algorithms, 3.1). Both ends of a comparison may be off, and the
        // rows' lengths by their tolerance, hence four times that.
        float slack = dimension * 0x1p-22f;
        TopCandidates[] candidates = new TopCandidates[count];
        Arrays.setAll(candidates, i -> new TopCandidates(k, slack, referenceOf));
        // Without variants the nearest rows are the references' own.
        TopCandidates[] alike = new TopCandidates[rows() == size() ? 0 : count];
        Arrays.setAll(alike, i -> new TopCandidates(k, slack, referenceOf));
        float[] block = Arrays.copyOfRange(queries, from * dimension, (from + count) * dimension);
        matrix.multiply(block, count, (similarities, rows, firstRow) -> {
            for (int query = 0; query < count; query++) {
                candidates[query].offer(similarities, query, count, rows, firstRow);
            }
            offerOwn(alike, similarities, count, rows, firstRow);
        });
        for (int i = 0; i < count; i++) {
            int offset = (from + i) * dimension;
            // Most references are among both, and each has a cosine for every row.
            Map<Integer, Neighbour> exact = new HashMap<>();
            IntFunction<Neighbour> neighbour = reference ->
                    exact.computeIfAbsent(reference, same -> neighbour(queries, offset, references.get(same)));
            List<Neighbour> voting = rescored(candidates[i].rows(), k, neighbour, Neighbour::similarity);
            near.add(new NearReferences(
                    voting,
                    alike.length == 0 ? voting : rescored(alike[i].rows(), k, neighbour, Neighbour::ownSimilarity)));
        }
    }

    /** Offers to each query those of these rows that are references' own. */
    private void offerOwn(TopCandidates[] alike, float[] similarities, int count, int rows, int firstRow) {
        for (int row = 0; row < rows; row++) {
            if (ownRow[referenceOf[firstRow + row]] == firstRow + row) {
                for (int query = 0; query < alike.length; query++) {
                    alike[query].offer(similarities, row * count + query, count, 1, firstRow + row);
                }
            }
        }
    }

    /**
     * The k best references by exact cosines; of equal references the one of the lower id, since the rows ascend and the
     * sort is stable.
     */
    private List<Neighbour> rescored(
            int[] rows, int k, IntFunction<Neighbour> neighbour, Function<Neighbour, Float> similarity) {
        return Arrays.stream(rows)
                .map(row -> referenceOf[row])
                .distinct()
                .mapToObj(neighbour)
                .sorted(Comparator.comparing(similarity).reversed())
                .limit(k)
                .toList();
    }

    /** By the nearest of its rows; of equal ones the first, its own before its variants'. */
    private static Neighbour neighbour(float[] queries, int offset, LabelledEmbedding reference) {
        float own = UnitRow.cosine(queries, offset, reference.embedding());
        Neighbour nearest = new Neighbour(reference.id(), reference.label(), own);
        for (ReferenceVariant variant : reference.variants()) {
            float similarity = UnitRow.cosine(queries, offset, variant.embedding());
            if (similarity > nearest.similarity()) {
                nearest =
                        new Neighbour(reference.id(), reference.label(), similarity, Optional.of(variant.name()), own);
            }
        }
        return nearest;
    }

    private void checkQueries(float[] queries, int count) {
        if (queries.length < count * dimension) {
            throw new IllegalArgumentException(queries.length + " values are no " + count + " queries of dimension "
                    + dimension + ", the bank's: embed them with the bank's model");
        }
        for (int i = 0; i < count; i++) {
            double length = UnitRow.length(queries, i * dimension, dimension);
            if (!(Math.abs(length - 1) <= UnitRow.HALF_TOLERANCE)) {
                throw new IllegalArgumentException("Query " + i + " has length " + length + ", allowed is 1 within "
                        + UnitRow.HALF_TOLERANCE + ": the encoder's output is broken");
            }
        }
    }

    /** Frees the native memory. Waits for a search in progress. */
    @Override
    public synchronized void close() {
        closed = true;
        matrix.close();
    }
}

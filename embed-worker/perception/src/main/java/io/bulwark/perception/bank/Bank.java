package io.bulwark.perception.bank;

import java.util.List;
import java.util.Set;

/**
 * An immutable snapshot of labelled embeddings with exact search: one matrix product and a top-k. Any thread may hold
 * it; one thread at a time searches.
 */
public interface Bank extends AutoCloseable {

    /** What there is to say of the snapshot. */
    Facts facts();

    /**
     * What there is to say of a bank.
     *
     * @param modelFingerprint the encoder that made the embeddings
     * @param version SHA-256 in lower-case hexadecimal over ids, labels, sources, embeddings, variants and hash lists: two
     *     banks of one content have one version, whatever they had before
     * @param dimension of the embeddings; 0 where there are none
     * @param size references, however many rows each has
     * @param rows that are searched: at least one for each reference
     * @param labels of the references
     * @param pictures whether the bank knows hashes of pictures, so that it is worth making them
     * @param digests whether the bank knows MD5 or SHA-1 digests of files, so that it is worth making them
     */
    record Facts(
            String modelFingerprint,
            String version,
            int dimension,
            int size,
            int rows,
            Set<String> labels,
            boolean pictures,
            boolean digests) {}

    default String modelFingerprint() {
        return facts().modelFingerprint();
    }

    default String version() {
        return facts().version();
    }

    default int size() {
        return facts().size();
    }

    default int rows() {
        return facts().rows();
    }

    default int dimension() {
        return facts().dimension();
    }

    default Set<String> labels() {
        return facts().labels();
    }

    default boolean knowsPictures() {
        return facts().pictures();
    }

    default boolean knowsDigests() {
        return facts().digests();
    }

    /**
     * Copies of references with all their rows, by ascending id: the whole bank where it has no more rows than are asked
     * for, else an even sample of each label, every label with at least one reference. For who attacks the bank's decisions.
     *
     * @param mostRows rows that are copied at most, at least {@value LabelledEmbedding#MOST_ROWS} for each label
     * @throws IllegalArgumentException if they are fewer
     */
    List<LabelledEmbedding> references(int mostRows);

    /**
     * The k nearest references of each query, each once and by the nearest of its rows, nearest first; equal similarities
     * by lower id.
     *
     * @param queries {@code [count, dimension]} row-major unit rows
     * @param count queries
     * @param k at least 1; fewer come back where the bank is smaller
     */
    default List<List<Neighbour>> nearest(float[] queries, int count, int k) {
        return near(queries, count, k).stream().map(NearReferences::voting).toList();
    }

    /**
     * The same of each query, and the k references whose own rows are nearest to it, nearest first; equal similarities by
     * lower id. Where no reference has variants, both are the same.
     *
     * @param queries {@code [count, dimension]} row-major unit rows
     * @param count queries
     * @param k at least 1; fewer come back where the bank is smaller
     */
    List<NearReferences> near(float[] queries, int count, int k);

    /** Whether {@link #near} takes a row as a query: its elements are finite and its length is 1 within 0.01. */
    static boolean takes(float[] row) {
        return Math.abs(UnitRow.length(row, 0, row.length) - 1) <= UnitRow.HALF_TOLERANCE;
    }

    /**
     * What is known of a file by its hashes: the entries of the very file, then those of the most similar listed picture
     * for each of its frames; of equals one a label, in the order of labels. Any thread, and beside a search.
     */
    List<HashMatch> known(ContentHashes hashes);

    @Override
    void close();
}

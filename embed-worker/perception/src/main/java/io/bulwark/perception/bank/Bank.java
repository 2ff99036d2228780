package io.bulwark.perception.bank;

import java.util.List;
import java.util.Set;

/**
 * An immutable snapshot of labelled embeddings with exact search: one matrix product and a top-k. Any thread may hold
 * it; one thread at a time searches.
 */
public interface Bank extends AutoCloseable {

    /** The encoder that made the embeddings. */
    String modelFingerprint();

    /**
     * SHA-256 in lower-case hexadecimal over ids, labels, sources, embeddings, variants and hash lists: two banks of one
     * content have one version, whatever they had before.
     */
    String version();

    /** References, however many rows each has. */
    int size();

    /** Rows that are searched: at least one for each reference. */
    int rows();

    int dimension();

    Set<String> labels();

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

    /** Whether the bank knows hashes of pictures, so that it is worth making them. */
    boolean knowsPictures();

    /** Whether the bank knows MD5 or SHA-1 digests of files, so that it is worth making them. */
    boolean knowsDigests();

    @Override
    void close();
}

package io.bulwark.perception.bank;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable snapshot of labelled embeddings with exact search: one matrix product and a top-k. Any thread may hold
 * it; one thread at a time searches.
 */
public interface Bank extends AutoCloseable {

    /** The encoder that made the embeddings. */
    String modelFingerprint();

    /** SHA-256 over ids, labels and embeddings in the order of ids: two banks of one content have one version. */
    String version();

    int size();

    int dimension();

    Set<String> labels();

    /**
     * The k nearest references of each query, nearest first; equal similarities by lower id.
     *
     * @param queries {@code [count, dimension]} row-major unit rows
     * @param count queries
     * @param k at least 1; fewer come back where the bank is smaller
     */
    List<List<Neighbour>> nearest(float[] queries, int count, int k);

    /**
     * The references that were made from a file, in the order of their ids; empty where there is none.
     *
     * @param sha256 of the file, lower-case hexadecimal
     */
    List<HashMatch> known(Optional<String> sha256);

    @Override
    void close();
}

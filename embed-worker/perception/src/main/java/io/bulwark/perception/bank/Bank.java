package io.bulwark.perception.bank;

import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.Sha256;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

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

    /**
     * The hashes that a file may be known by.
     *
     * @param file of its bytes; empty where there is no file
     * @param digests MD5 and SHA-1 of its bytes; empty where they were not requested
     * @param pictures of its frames; empty where they were not requested
     */
    record ContentHashes(Optional<Sha256> file, List<FileDigest> digests, List<PdqVariants> pictures) {

        /** Of what is no file. */
        public static final ContentHashes NONE = new ContentHashes(Optional.empty(), List.of());

        public ContentHashes {
            digests = List.copyOf(digests);
            pictures = List.copyOf(pictures);
        }

        /** Without MD5 and SHA-1. */
        public ContentHashes(Optional<Sha256> file, List<PdqVariants> pictures) {
            this(file, List.of(), pictures);
        }

        /** Of the file's bytes alone. */
        public static ContentHashes of(Sha256 file) {
            return new ContentHashes(Optional.of(file), List.of());
        }
    }

    /**
     * A known hash that a file has.
     *
     * @param referenceId of the reference, or of the entry of a hash list
     * @param label its class
     * @param kind of hash
     * @param listed whether it stands on a hash list, and is not of a file that a reference was made from
     * @param source the exchange's list that it stands on, where one is named
     */
    record HashMatch(String referenceId, String label, Kind kind, boolean listed, Optional<ListSource> source) {

        /** A match whose list has no name. */
        public HashMatch(String referenceId, String label, Kind kind, boolean listed) {
            this(referenceId, label, kind, listed, Optional.empty());
        }

        /**
         * What a bank knows of a file's hashes.
         *
         * @param bankVersion of the bank that was asked: one of the same version knows the same
         * @param matches as {@link Bank#known} has them
         */
        public record Found(String bankVersion, List<HashMatch> matches) {

            public Found {
                matches = List.copyOf(matches);
            }

            /** Asks a bank. */
            public static Found in(Bank bank, ContentHashes hashes) {
                return new Found(bank.version(), bank.known(hashes));
            }
        }

        /** Kinds of hashes. */
        public enum Kind {
            /** Of the file's bytes. */
            SHA256,
            /** Of the file's bytes, and can be forged. */
            SHA1,
            /** Of the file's bytes, and can be forged. */
            MD5,
            /** Meta's perceptual hash of the picture. */
            PDQ
        }
    }

    /**
     * What a bank has near a query. Immutable; any thread.
     *
     * @param voting the nearest references by the nearest of their rows, nearest first
     * @param alike the nearest references by their own rows, nearest first: what the query may be a copy of
     */
    record NearReferences(List<Neighbour> voting, List<Neighbour> alike) {

        private static final Comparator<Neighbour> MOST_ALIKE =
                Comparator.comparing(Neighbour::ownSimilarity).reversed();

        public NearReferences {
            voting = List.copyOf(voting);
            alike = List.copyOf(alike);
        }

        /** Only references that vote. */
        public NearReferences(List<Neighbour> voting) {
            this(voting, voting.stream().sorted(MOST_ALIKE).toList());
        }

        /** The first k of either. */
        public NearReferences first(int k) {
            return new NearReferences(first(voting, k), first(alike, k));
        }

        private static List<Neighbour> first(List<Neighbour> neighbours, int k) {
            return neighbours.subList(0, Math.min(k, neighbours.size()));
        }

        /** Those of either that are to be left. */
        public NearReferences only(Predicate<Neighbour> left) {
            return new NearReferences(
                    voting.stream().filter(left).toList(),
                    alike.stream().filter(left).toList());
        }
    }
}

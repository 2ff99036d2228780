package io.bulwark.perception.bank;

import io.bulwark.perception.bank.KnownHashes.SourceFiles;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.rows.RowSnapshot;
import io.bulwark.perception.rows.RowStore;
import io.bulwark.perception.rows.RowStore.StoredRows;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * @param listed entries of hash lists
     */
    MatrixBank snapshot(ListedEntries listed) {
        Set<String> names = Collections.unmodifiableSet(new TreeSet<>(labels.keySet()));
        KnownHashes hashes = new KnownHashes(files.seen(), listed.byLabel());
        RowSnapshot<StoredReference> matrix = rows.snapshot();
        Bank.Facts facts = new Bank.Facts(
                modelFingerprint,
                version.hex(listed.version()),
                size == 0 ? 0 : dimension,
                size,
                matrix.rows(),
                names,
                hashes.hasPictures(),
                hashes.hasDigests());
        return new MatrixBank(facts, hashes, matrix);
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

    /**
     * The name of a bank's content: equal banks have one version, whatever came and went before, and a change costs one
     * reference's hash. Owned by one thread.
     */
    static final class BankVersion {

        /** Raised when the same content gets another version. */
        private static final String FORMAT = "bulwark-bank-2";

        private final LatticeHash references = new LatticeHash();

        void add(LabelledEmbedding reference) {
            references.add(hash(reference));
        }

        /** Takes away what was added. */
        void remove(LabelledEmbedding reference) {
            references.remove(hash(reference));
        }

        /**
         * SHA-256 in lower-case hexadecimal over the sum of all references' hashes and the hash lists, every part
         * preceded by its length.
         *
         * @param lists version of the hash lists; empty where there are none
         */
        String hex(String lists) {
            MessageDigest digest = Sha256.newDigest();
            update(digest, FORMAT);
            update(digest, references.bytes());
            update(digest, lists);
            return HexFormat.of().formatHex(digest.digest());
        }

        /**
         * SHA-256 over id, label, source, embedding, and name and embedding of each variant in their order, every part
         * preceded by its length in bytes (big-endian, as the values are), so that no two references read the same.
         */
        private static Sha256 hash(LabelledEmbedding reference) {
            MessageDigest digest = Sha256.newDigest();
            update(digest, reference.id());
            update(digest, reference.label());
            update(digest, reference.sourceSha256().map(Sha256::hex).orElse(""));
            update(digest, reference.embedding());
            for (ReferenceVariant variant : reference.variants()) {
                update(digest, variant.name());
                update(digest, variant.embedding());
            }
            return Sha256.ofDigest(digest.digest());
        }

        private static void update(MessageDigest digest, float[] values) {
            ByteBuffer row = ByteBuffer.allocate(values.length * Float.BYTES);
            row.asFloatBuffer().put(values);
            update(digest, row.array());
        }

        private static void update(MessageDigest digest, String text) {
            update(digest, text.getBytes(StandardCharsets.UTF_8));
        }

        private static void update(MessageDigest digest, byte[] part) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
            digest.update(part);
        }
    }

    /**
     * LtHash16 of 1,024 lanes: a hash of a set that changes with one element at a time, and does not depend on their
     * order (Bellare and Micciancio, EUROCRYPT 1997; parameters and proof of Lewi, Kim, Maykov and Weis, Securing
     * Update Propagation with Homomorphic Hashing, 2019). Each element is expanded to 1,024 numbers of 16 bits, and the
     * numbers of all elements are added up modulo 2^16. Two sets of one sum solve a short-integer-solution problem,
     * estimated at 200 bits; a sum or XOR of plain digests would fall to the generalised birthday attack. An element is
     * expanded by SHA-256 over its own SHA-256 and a counter (MGF1, RFC 8017), since Java has no BLAKE2.
     *
     * <p>A multiset hash: only elements that were added may be removed. Owned by one thread.
     */
    static final class LatticeHash {

        private static final int LANES = 1024;

        private final short[] sum = new short[LANES];
        private final byte[] expanded = new byte[LANES * Short.BYTES];
        private final ByteBuffer seed = ByteBuffer.allocate(32 + Integer.BYTES);
        private final MessageDigest digest = Sha256.newDigest();

        /** Adds an element. */
        void add(Sha256 element) {
            change(element, 1);
        }

        /** Removes an element that was added. */
        void remove(Sha256 element) {
            change(element, -1);
        }

        private void change(Sha256 element, int sign) {
            expand(element);
            ShortBuffer lanes = ByteBuffer.wrap(expanded).asShortBuffer();
            for (int lane = 0; lane < LANES; lane++) {
                sum[lane] += (short) (sign * lanes.get(lane));
            }
        }

        private void expand(Sha256 element) {
            seed.clear();
            seed.putLong(element.first())
                    .putLong(element.second())
                    .putLong(element.third())
                    .putLong(element.fourth());
            int size = digest.getDigestLength();
            try {
                for (int from = 0; from < expanded.length; from += size) {
                    seed.putInt(seed.capacity() - Integer.BYTES, from / size);
                    digest.update(seed.array());
                    digest.digest(expanded, from, size);
                }
            } catch (DigestException e) {
                throw new IllegalStateException("The array has room for a digest", e);
            }
        }

        /** The sum, big-endian. */
        byte[] bytes() {
            ByteBuffer bytes = ByteBuffer.allocate(LANES * Short.BYTES);
            bytes.asShortBuffer().put(sum);
            return bytes.array();
        }
    }

    /** A reference whose rows lie in a store: its own, then those of its variants. What it is never changes. */
    static final class StoredReference extends StoredRows {

        private final String id;
        private final String label;
        private final Sha256 source; // null where it is not known
        private final List<String> variants;

        /** @param label as the reference has it, the same object for all of one label */
        StoredReference(LabelledEmbedding reference, String label) {
            this.id = reference.id();
            this.label = label;
            this.source = reference.sourceSha256().orElse(null);
            this.variants =
                    reference.variants().stream().map(ReferenceVariant::name).toList();
        }

        String id() {
            return id;
        }

        String label() {
            return label;
        }

        Optional<Sha256> source() {
            return Optional.ofNullable(source);
        }

        /** Names of its variants, in the order of their rows. */
        List<String> variants() {
            return variants;
        }

        /** The reference that it is, given its rows. */
        LabelledEmbedding with(List<float[]> rows) {
            List<ReferenceVariant> others = new ArrayList<>(variants.size());
            for (int i = 0; i < variants.size(); i++) {
                others.add(new ReferenceVariant(variants.get(i), rows.get(i + 1)));
            }
            return new LabelledEmbedding(id, label, rows.get(0), source(), others);
        }
    }
}

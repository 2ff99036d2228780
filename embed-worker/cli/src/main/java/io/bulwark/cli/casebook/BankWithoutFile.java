package io.bulwark.cli.casebook;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.ContentHashes;
import io.bulwark.perception.bank.HashMatch;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.NearReferences;
import io.bulwark.perception.hash.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A bank as it would be without the references that were made of one file, to decide that very file by: production sees
 * the next file of its kind, of which there is no reference. Near-duplicates of the file that were made references stay.
 * A reference that does not name its file stays, too. One thread; the bank is the caller's to close.
 */
final class BankWithoutFile implements Bank {

    private final Bank whole;
    private final Map<String, Sha256> sources;
    private final Sha256 file;
    private final int made;

    private BankWithoutFile(Bank whole, Map<String, Sha256> sources, Sha256 file, int made) {
        this.whole = whole;
        this.sources = sources;
        this.file = file;
        this.made = made;
    }

    /** Makes them of one bank. */
    static final class Maker {

        private final Bank whole;
        private final Map<String, Sha256> sources = new HashMap<>();
        private final Map<Sha256, Integer> made = new HashMap<>();

        Maker(Bank whole) {
            this.whole = whole;
            whole.references(Integer.MAX_VALUE)
                    .forEach(reference -> reference.sourceSha256().ifPresent(file -> {
                        sources.put(reference.id(), file);
                        made.merge(file, 1, Integer::sum);
                    }));
        }

        /** The bank itself where no reference was made of the file. */
        Bank without(Sha256 file) {
            int references = made.getOrDefault(file, 0);
            return references == 0 ? whole : new BankWithoutFile(whole, sources, file, references);
        }
    }

    @Override
    public List<NearReferences> near(float[] queries, int count, int k) {
        return whole.near(queries, count, k + made).stream()
                .map(near -> near.only(neighbour -> !file.equals(sources.get(neighbour.referenceId())))
                        .first(k))
                .toList();
    }

    @Override
    public List<HashMatch> known(ContentHashes hashes) {
        return whole.known(hashes).stream()
                .filter(match -> !file.equals(sources.get(match.referenceId())))
                .toList();
    }

    @Override
    public List<LabelledEmbedding> references(int mostRows) {
        return whole.references(mostRows).stream()
                .filter(reference ->
                        !reference.sourceSha256().filter(file::equals).isPresent())
                .toList();
    }

    @Override
    public String modelFingerprint() {
        return whole.modelFingerprint();
    }

    @Override
    public String version() {
        return whole.version();
    }

    @Override
    public int size() {
        return whole.size() - made;
    }

    @Override
    public int rows() {
        return whole.rows();
    }

    @Override
    public int dimension() {
        return whole.dimension();
    }

    @Override
    public Set<String> labels() {
        return whole.labels();
    }

    @Override
    public boolean knowsPictures() {
        return whole.knowsPictures();
    }

    @Override
    public void close() {
        // the caller's
    }
}

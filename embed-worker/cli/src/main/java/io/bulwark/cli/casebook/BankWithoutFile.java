package io.bulwark.cli.casebook;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.metric.NearDuplicates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * A bank as it would be without the references that were made of one file, to decide that very file by: production sees
 * the next file of its kind, of which there is no reference. References of other files that were drawn as well are left
 * out where a view is a near-duplicate of them, because without the draws the bank would not have them; such a view may
 * be a part of a collage. A reference of what was never drawn stays, however alike: production has it. So does one that
 * does not name its file. One thread; the bank is the caller's to close.
 */
record BankWithoutFile(Bank whole, Map<String, Sha256> sources, Sha256 file, int made, Set<String> drawn)
        implements Bank {

    /** Makes them of one bank and the draws of one traffic. Thread-safe, as far as the test of draws is. */
    static final class Maker {

        private final Bank whole;
        private final BiPredicate<String, Sha256> isDrawn;
        private final Map<String, Sha256> sources = new HashMap<>();
        private final Map<Sha256, Integer> made = new HashMap<>();
        private final Map<String, Set<String>> drawn = new ConcurrentHashMap<>(); // references by tenant

        /** @param isDrawn whether a file of a tenant was drawn */
        Maker(Bank whole, BiPredicate<String, Sha256> isDrawn) {
            this.whole = whole;
            this.isDrawn = isDrawn;
            whole.references(Integer.MAX_VALUE)
                    .forEach(reference -> reference.sourceSha256().ifPresent(file -> {
                        sources.put(reference.id(), file);
                        made.merge(file, 1, Integer::sum);
                    }));
        }

        /** The bank itself where no reference was made of the file or of one that was drawn. */
        Bank without(String tenant, Sha256 file) {
            int references = made.getOrDefault(file, 0);
            Set<String> ofDraws = drawn.computeIfAbsent(tenant, this::ofDraws);
            return references == 0 && ofDraws.isEmpty()
                    ? whole
                    : new BankWithoutFile(whole, sources, file, references, ofDraws);
        }

        private Set<String> ofDraws(String tenant) {
            return sources.entrySet().stream()
                    .filter(reference -> isDrawn.test(tenant, reference.getValue()))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    @Override
    public List<NearReferences> near(float[] queries, int count, int k) {
        return whole.near(queries, count, k + made + drawn.size()).stream()
                .map(near -> near.only(neighbour -> !isLeftOut(neighbour)).first(k))
                .toList();
    }

    private boolean isLeftOut(Neighbour neighbour) {
        boolean copy = neighbour.similarity() >= NearDuplicates.EMBEDDING_ITSELF;
        return file.equals(sources.get(neighbour.referenceId())) || copy && drawn.contains(neighbour.referenceId());
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
    public Facts facts() {
        Facts all = whole.facts();
        return new Facts(
                all.modelFingerprint(),
                all.version(),
                all.dimension(),
                all.size() - made,
                all.rows(),
                all.labels(),
                all.pictures(),
                all.digests());
    }

    @Override
    public void close() {
        // the caller's
    }
}

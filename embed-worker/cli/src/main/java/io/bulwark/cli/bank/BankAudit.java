package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.InvalidReferenceException;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.encoder.EncoderDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is wrong with a bank on its topic.
 *
 * @param usable references of the model that are as they should be
 * @param problems one line each, naming the reference
 * @param plain ids of references of the model that are of pictures of one colour, which workers ignore
 * @param otherModels references by other models' fingerprints
 */
public record BankAudit(
        List<LabelledEmbedding> usable, List<String> problems, List<String> plain, Map<String, Integer> otherModels) {

    /**
     * Checks that every reference can be read, has the model's dimension, length 1 and a label, and that no file is
     * there under two labels.
     *
     * @param rows that the model makes of pictures of one colour
     */
    public static BankAudit of(BankTopic.Content content, String bank, EncoderDescription model, PlainRows rows) {
        List<String> problems = new ArrayList<>();
        List<String> plain = new ArrayList<>();
        content.unreadable().stream()
                .filter(line -> line.startsWith(bank + "/"))
                .forEach(problems::add);
        Map<String, Integer> otherModels = new TreeMap<>();
        List<LabelledEmbedding> usable = new ArrayList<>();
        Map<String, StoredReference> byFile = new TreeMap<>();
        for (StoredReference reference : content.of(bank)) {
            if (HashEntry.is(reference.key())) {
                if (HashEntry.of(reference).isEmpty()) {
                    problems.add("an entry of hash lists: its id is no "
                            + reference.key().modelFingerprint() + " hash");
                }
                continue;
            }
            if (!reference.key().modelFingerprint().equals(model.fingerprint())) {
                otherModels.merge(reference.key().modelFingerprint(), 1, Integer::sum);
                continue;
            }
            if (reference.dimension() != model.dimension()) {
                problems.add(reference.key().referenceId() + ": has " + reference.dimension()
                        + " dimensions, the model has " + model.dimension());
                continue;
            }
            try {
                rows.without(reference.embedding())
                        .ifPresentOrElse(
                                usable::add, () -> plain.add(reference.key().referenceId()));
            } catch (InvalidReferenceException invalid) {
                problems.add(reference.key().referenceId() + ": " + invalid.getMessage());
                continue;
            }
            contradiction(reference, byFile, problems);
        }
        return new BankAudit(usable, problems, plain, otherModels);
    }

    /** The usable references but for some. */
    public List<LabelledEmbedding> usableBut(Set<String> ids) {
        return usable.stream()
                .filter(reference -> !ids.contains(reference.id()))
                .toList();
    }

    /** One file under two labels votes for both. */
    private static void contradiction(
            StoredReference reference, Map<String, StoredReference> byFile, List<String> problems) {
        String file = reference.value().getSourceSha256();
        if (file == null) {
            return;
        }
        StoredReference first = byFile.putIfAbsent(file, reference);
        if (first != null && !first.value().getLabel().equals(reference.value().getLabel())) {
            problems.add(reference.key().referenceId() + ": is the same file as "
                    + first.key().referenceId() + " under another label");
        }
    }
}

package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.rows.StoredRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A reference whose rows lie in a store: its own, then those of its variants. What it is never changes. */
final class StoredReference extends StoredRows {

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

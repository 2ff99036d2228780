package io.bulwark.service.bank;

import io.bulwark.events.Reference;
import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.perception.hash.ListedFile;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.topic.ReferenceKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Entries of hash lists as the references topic has them: the kind stands for the model, and the id is the hash, a slash and
 * the label, so that several lists may have one hash.
 */
final class HashEntries {

    private HashEntries() {}

    /** What stands in a key in the place of a model's fingerprint. */
    enum Kind {
        SHA256,
        PDQ;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        static Optional<Kind> of(ReferenceKey key) {
            return Arrays.stream(values())
                    .filter(kind -> kind.word().equals(key.modelFingerprint()))
                    .findFirst();
        }
    }

    /** The entry; empty where its id is no such hash or it has no label. */
    static Optional<ListedHash> entry(Kind kind, ReferenceKey key, Reference reference) {
        String label = reference.getLabel();
        if (label.isBlank()) {
            return Optional.empty();
        }
        String hash = key.referenceId().split("/", 2)[0];
        return switch (kind) {
            case SHA256 -> Sha256.find(hash).map(file -> new ListedFile(file, key.referenceId(), label));
            case PDQ ->
                PdqHash.find(hash)
                        .map(picture -> new ListedPicture(picture, OptionalInt.empty(), key.referenceId(), label));
        };
    }
}

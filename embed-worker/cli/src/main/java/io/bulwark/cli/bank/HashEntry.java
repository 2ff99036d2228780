package io.bulwark.cli.bank;

import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An entry of a hash list as the references' topic has it: the kind of hash stands where a model's fingerprint stands,
 * the id is the hash, a slash and the label, so that several lists may have one hash, and the note is what the list
 * calls the entry.
 */
public final class HashEntry {

    private static final String FILE = "sha256";
    private static final String PICTURE = "pdq";

    private HashEntry() {}

    /** Whether a key is that of such an entry, and of no model's reference. */
    public static boolean is(ReferenceKey key) {
        return key.modelFingerprint().equals(FILE) || key.modelFingerprint().equals(PICTURE);
    }

    public static ReferenceKey key(String bank, ListedHash entry) {
        return entry instanceof ListedFile file
                ? new ReferenceKey(bank, FILE, file.hash().hex() + "/" + entry.label())
                : new ReferenceKey(bank, PICTURE, ((ListedPicture) entry).hash().hex() + "/" + entry.label());
    }

    public static Reference reference(ListedHash entry, String addedBy, Instant addedAt) {
        return Reference.newBuilder()
                .setLabel(entry.label())
                .setEmbedding(ByteBuffer.allocate(0))
                .setNote(entry.id())
                .setAddedBy(addedBy)
                .setAddedAt(addedAt)
                .setLabelSource(LabelSource.DATASET)
                .build();
    }

    /** The entry as a list has it; empty where the topic holds something else under such a key. */
    public static Optional<ListedHash> of(StoredReference stored) {
        String hash = stored.key().referenceId().split("/", 2)[0];
        String label = stored.value().getLabel();
        String id = Optional.ofNullable(stored.value().getNote())
                .filter(note -> !note.isBlank())
                .orElse(hash);
        return stored.key().modelFingerprint().equals(FILE)
                ? Sha256.find(hash).map(file -> new ListedFile(file, id, label))
                : PdqHash.find(hash).map(picture -> new ListedPicture(picture, OptionalInt.empty(), id, label));
    }
}

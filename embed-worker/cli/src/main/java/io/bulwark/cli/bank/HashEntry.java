package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An entry of a hash list as the references' topic has it: the kind of hash stands where a model's fingerprint stands,
 * the id is the hash, a slash and the label, so that several lists may have one hash, and the note is what the list
 * calls the entry. Entries of an exchange's feed have an id with the list's name instead
 * ({@link ReferenceKey.ListedId}).
 */
public final class HashEntry {

    private static final String FILE = "sha256";
    private static final String SHA1 = "sha1";
    private static final String MD5 = "md5";
    private static final String PICTURE = "pdq";
    private static final Set<String> KINDS = Set.of(FILE, SHA1, MD5, PICTURE);

    private HashEntry() {}

    /** Whether a key is that of such an entry, and of no model's reference. */
    public static boolean is(ReferenceKey key) {
        return KINDS.contains(key.modelFingerprint());
    }

    /** Whether a key is that of an entry with this hash, upper or lower case. */
    public static boolean isOf(ReferenceKey key, String hash) {
        return key.referenceId().split("/", 2)[0].equalsIgnoreCase(hash);
    }

    /** The entries of a bank that have one of these hashes. */
    public static Collection<StoredReference> withHashes(BankTopic topic, String bank, Collection<String> hashes) {
        return topic.find(
                bank,
                (key, reference) -> is(key) && hashes.stream().anyMatch(hash -> isOf(key, hash))
                        ? Optional.of(new StoredReference(key, reference))
                        : Optional.empty());
    }

    public static ReferenceKey key(String bank, ListedHash entry) {
        return new ReferenceKey(bank, kind(entry), hex(entry) + "/" + entry.label());
    }

    /** The key of an entry that an exchange's list has. */
    public static ReferenceKey key(String bank, ListedHash entry, String list) {
        return new ReferenceKey(bank, kind(entry), new ReferenceKey.ListedId(hex(entry), list, entry.id()).toString());
    }

    private static String kind(ListedHash entry) {
        if (entry instanceof ListedDigest digest) {
            return digest.hash().kind() == FileDigest.Kind.MD5 ? MD5 : SHA1;
        }
        return entry instanceof ListedFile ? FILE : PICTURE;
    }

    private static String hex(ListedHash entry) {
        if (entry instanceof ListedDigest digest) {
            return digest.hash().hex();
        }
        return entry instanceof ListedFile file
                ? file.hash().hex()
                : ((ListedPicture) entry).hash().hex();
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
        return of(stored.key().modelFingerprint(), hash, id, label);
    }

    /**
     * An entry by the names of hashes that lists have.
     *
     * @param kind {@code sha256}, {@code sha1}, {@code md5} or {@code pdq}
     * @param hash in hexadecimal
     * @return empty where there is no such kind, or the hash is none of it
     */
    public static Optional<ListedHash> of(String kind, String hash, String id, String label) {
        return switch (kind) {
            case FILE -> Sha256.find(hash).map(file -> new ListedFile(file, id, label));
            case SHA1 -> FileDigest.find(FileDigest.Kind.SHA1, hash).map(file -> new ListedDigest(file, id, label));
            case MD5 -> FileDigest.find(FileDigest.Kind.MD5, hash).map(file -> new ListedDigest(file, id, label));
            case PICTURE ->
                PdqHash.find(hash).map(picture -> new ListedPicture(picture, OptionalInt.empty(), id, label));
            default -> Optional.empty();
        };
    }
}

package io.bulwark.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The key of a reference on {@link Topics#REFERENCES}, {@code <bank>/<modelFingerprint>/<referenceId>}. The id may hold
 * further slashes.
 *
 * @param bank the bank's name
 * @param modelFingerprint of the encoder that made the embedding
 * @param referenceId unique among those
 */
public record ReferenceKey(String bank, String modelFingerprint, String referenceId) {

    /**
     * What stands in place of a model's fingerprint where the record is no reference: how far the list of that id was
     * read from its exchange.
     */
    public static final String FEED = "feed";

    /** Reads a record's key; empty where it is none. */
    public static Optional<ReferenceKey> parse(String key) {
        String[] parts = key == null ? new String[0] : key.split("/", 3);
        if (parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReferenceKey(parts[0], parts[1], parts[2]));
    }

    /** Reads a record's key as it came, UTF-8; empty where it is none. */
    public static Optional<ReferenceKey> parse(byte[] key) {
        return key == null ? Optional.empty() : parse(new String(key, StandardCharsets.UTF_8));
    }

    /** As it stands on the topic. */
    @Override
    public String toString() {
        return bank + "/" + modelFingerprint + "/" + referenceId;
    }

    /**
     * The id of an entry that an exchange's list has, {@code <hash>/<list>/<entry>}: lists that share a hash, and entries
     * of one list that do, have a record each, and a hash is known until the last of them is taken down.
     *
     * @param hash in lower-case hexadecimal
     * @param list its name, without slashes
     * @param entry the exchange's id of it; may hold slashes
     */
    public record ListedId(String hash, String list, String entry) {

        /** Reads a reference's id; empty where it has another form. */
        public static Optional<ListedId> parse(String referenceId) {
            String[] parts = referenceId.split("/", 3);
            return parts.length < 3 ? Optional.empty() : Optional.of(new ListedId(parts[0], parts[1], parts[2]));
        }

        /** As it stands in the key. */
        @Override
        public String toString() {
            return hash + "/" + list + "/" + entry;
        }
    }
}

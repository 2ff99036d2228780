package io.bulwark.lab.bank;

import java.util.Optional;

/**
 * The key of a reference on its topic, {@code <bank>/<modelFingerprint>/<referenceId>}. The id may hold further slashes.
 *
 * @param bank the bank's name
 * @param modelFingerprint of the encoder that made the embedding
 * @param referenceId unique among those
 */
record ReferenceKey(String bank, String modelFingerprint, String referenceId) {

    /** Reads a record's key; empty where it is none. */
    static Optional<ReferenceKey> parse(String key) {
        String[] parts = key == null ? new String[0] : key.split("/", 3);
        if (parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReferenceKey(parts[0], parts[1], parts[2]));
    }

    /** As it stands on the topic. */
    @Override
    public String toString() {
        return bank + "/" + modelFingerprint + "/" + referenceId;
    }
}

package io.bulwark.service.bank;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The key of a reference, {@code <bank>/<modelFingerprint>/<referenceId>}. The id may hold further slashes.
 *
 * @param bank the bank's name
 * @param modelFingerprint of the encoder that made the embedding
 * @param id the reference's id
 */
record ReferenceKey(String bank, String modelFingerprint, String id) {

    /** Reads a record's key; empty where it is none. */
    static Optional<ReferenceKey> parse(byte[] key) {
        if (key == null) {
            return Optional.empty();
        }
        String[] parts = new String(key, StandardCharsets.UTF_8).split("/", 3);
        if (parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReferenceKey(parts[0], parts[1], parts[2]));
    }
}

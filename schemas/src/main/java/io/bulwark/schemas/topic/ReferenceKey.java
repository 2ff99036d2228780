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
}

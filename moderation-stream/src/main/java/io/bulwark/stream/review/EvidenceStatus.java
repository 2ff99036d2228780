package io.bulwark.stream.review;

import java.util.Optional;

/**
 * Whether pictures of open items are kept.
 *
 * @param message one sentence: under which key, or what is missing
 */
public record EvidenceStatus(boolean kept, String message) {

    static EvidenceStatus of(boolean database, boolean preview, Optional<EvidenceKeys> keys) {
        if (!database) {
            return not("bulwark.database.url");
        }
        if (!preview) {
            return not("bulwark.preview.url");
        }
        return keys.map(known -> new EvidenceStatus(
                        true, "Pictures of open items are kept, sealed with key " + known.current() + "."))
                .orElseGet(() -> not("bulwark.review.evidence.key-file"));
    }

    private static EvidenceStatus not(String missing) {
        return new EvidenceStatus(
                false, "Pictures of open items are not kept: " + missing + " is not set, or holds nothing.");
    }
}

package io.bulwark.perception.evaluate.acceptance;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of a file.
 *
 * @param decision the worker's
 * @param label of the bank that decided; empty where none did
 * @param score in [0, 1], 1 is flagged; empty where the file was refused
 * @param reason for REVIEW and REFUSED, as a verdict names it; empty for the others
 */
public record Judged(Decision decision, Optional<String> label, OptionalDouble score, Optional<String> reason) {

    /** What a verdict can say. */
    public enum Decision {
        NSFW,
        REVIEW,
        REFUSED,
        SAFE
    }
}

package io.bulwark.perception.flagged;

import java.util.Optional;

/**
 * Near-duplicates that are NSFW in force.
 *
 * @param id as on the topic
 * @param label why, where something is named
 * @param centre unit row; not copied, not to be modified
 * @param radius the angle in radians from the centre to the farthest of them, in [0, {@value #WIDEST}]
 */
public record FlaggedEntry(String id, Optional<String> label, float[] centre, double radius) {

    /** What is merged lies within this angle of the centre, in radians. */
    public static final double WIDEST = 0.1;

    /** @throws IllegalArgumentException if the radius is not allowed */
    public FlaggedEntry {
        if (!(radius >= 0 && radius <= WIDEST)) {
            throw new IllegalArgumentException(
                    "Entry " + id + " has a radius of " + radius + ", allowed is 0 to " + WIDEST + " radians");
        }
    }
}

package io.bulwark.stream.flagged;

import java.time.Instant;

/**
 * Near-duplicates as one.
 *
 * @param centre the oldest of them
 * @param radius the angle in radians to the farthest of them, in [0, {@link Merging#WIDEST}]
 * @param confirmed whether a person called one of them NSFW
 * @param contents how many they are
 * @param newest when the last of them was decided
 */
record FlaggedEntry(FlaggedMember centre, double radius, boolean confirmed, int contents, Instant newest) {

    String id() {
        return centre.id();
    }
}

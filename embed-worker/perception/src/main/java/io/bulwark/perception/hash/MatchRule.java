package io.bulwark.perception.hash;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqVariants;

/**
 * When a picture is one of a list.
 *
 * @param maxDistance bits in which the two hashes may differ, 0 to 256; more finds more distorted copies, and strangers
 * @param minQuality the least quality of both hashes, 0 to 100, as far as the list states it
 */
public record MatchRule(int maxDistance, int minQuality) {

    private static final int RECOMMENDED_QUALITY = 50;

    public MatchRule {
        if (maxDistance < 0 || maxDistance > PdqHash.BITS) {
            throw new IllegalArgumentException(
                    "The largest distance is %d, allowed is 0 to %d".formatted(maxDistance, PdqHash.BITS));
        }
        PdqVariants.checkQuality(minQuality);
    }

    /** What Meta recommends to start with: at most 31 bits, quality 50 or better (ThreatExchange, pdq/README.md). */
    public static MatchRule recommended() {
        return new MatchRule(PdqHash.MATCH_DISTANCE, RECOMMENDED_QUALITY);
    }
}

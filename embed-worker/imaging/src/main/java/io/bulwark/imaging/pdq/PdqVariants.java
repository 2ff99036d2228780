package io.bulwark.imaging.pdq;

import io.bulwark.imaging.preprocess.Pose;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/**
 * What PDQ says of a picture and of its turned and mirrored copies.
 *
 * @param hashes one for each pose, {@link Pose#UPRIGHT} that of the picture as it is seen
 * @param quality of all of them, 0 to 100
 */
public record PdqVariants(Map<Pose, PdqHash> hashes, int quality) {

    public PdqVariants {
        if (!hashes.keySet().equals(EnumSet.allOf(Pose.class))) {
            throw new IllegalArgumentException("The hashes are those of " + hashes.keySet() + ", wanted is one a pose");
        }
        Quality.check(quality);
        hashes = Collections.unmodifiableMap(new EnumMap<>(hashes));
    }

    /** That of the picture as it is seen. */
    public PdqFingerprint upright() {
        return new PdqFingerprint(hashes.get(Pose.UPRIGHT), quality);
    }
}
